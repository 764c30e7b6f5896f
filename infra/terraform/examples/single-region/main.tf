provider "aws" {
  region = var.region
}

module "towncrier" {
  source = "../../modules/aws-region"

  fleet    = var.fleet
  hosts    = { for host in keys(var.hosts) : host => {} }
  caches   = [{ path = var.cache_path, key = var.cache_key }]
  receipts = var.receipts
  alarms   = var.alarms
}

resource "aws_iam_role_policy" "host" {
  for_each = { for host, value in var.hosts : host => value.role if value.role != null }

  name   = "towncrier-${var.fleet}-${each.key}"
  role   = each.value
  policy = module.towncrier.policies.hosts[each.key]
}

resource "aws_iam_role_policy" "publisher" {
  for_each = var.publisher_roles

  name   = "towncrier-${var.fleet}-publisher"
  role   = each.value
  policy = module.towncrier.policies.publisher
}
