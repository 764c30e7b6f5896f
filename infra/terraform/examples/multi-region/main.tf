provider "aws" {
  alias  = "europe"
  region = "eu-west-1"
}

provider "aws" {
  alias  = "america"
  region = "us-east-1"
}

# One block for each region: for_each cannot vary the provider. A third region is a third block, and
# each block names the topics and queues of all the others.
module "europe" {
  source    = "../../modules/aws-region"
  providers = { aws = aws.europe }

  fleet  = var.fleet
  hosts  = { for host in var.europe_hosts : host => {} }
  caches = [{ path = var.cache_path }]
  alarms = { enabled = var.alarms.enabled, actions = var.alarms.europe_actions }

  peer_topic_arns = [module.america.topic_arn]
  peer_queue_arns = { for host, arn in module.america.host_queue_arns : "america-${host}" => arn }
}

module "america" {
  source    = "../../modules/aws-region"
  providers = { aws = aws.america }

  fleet  = var.fleet
  hosts  = { for host in var.america_hosts : host => {} }
  caches = [{ path = var.cache_path }]
  alarms = { enabled = var.alarms.enabled, actions = var.alarms.america_actions }

  peer_topic_arns = [module.europe.topic_arn]
  peer_queue_arns = { for host, arn in module.europe.host_queue_arns : "europe-${host}" => arn }
}
