output "agent_config" {
  description = "For each host of both clouds its /etc/towncrier/towncrier.yaml."
  value       = { for host, config in merge(module.aws.agent_config, module.azure.agent_config) : host => config if host != "relay" }
}

output "relay_config" {
  description = "The file of 'towncrier relay --config FILE': what is published in one cloud goes to the other."
  value = yamlencode({
    name = "relay-${var.fleet}"
    sources = concat(
      yamldecode(module.aws.agent_config["relay"]).sources,
      yamldecode(module.azure.agent_config["relay"]).sources,
    )
    publishers = {
      aws   = yamldecode(module.aws.publisher_config).publishers.bus
      azure = yamldecode(module.azure.publisher_config).publishers.bus
    }
    routes = [
      { from = "aws", to = ["azure"] },
      { from = "azure_service_bus", to = ["aws"] },
    ]
  })
}

output "relay_policy" {
  description = "IAM policy of the relay's role in AWS."
  value       = data.aws_iam_policy_document.relay.json
}

output "publisher_configs" {
  description = "For each cloud the configuration of whoever publishes there: one of them is enough."
  value       = { aws = module.aws.publisher_config, azure = module.azure.publisher_config }
}

output "policies" {
  description = "IAM policies of the AWS half, to attach to roles."
  value       = module.aws.policies
}
