output "topic_arns" {
  description = "Publish to one of them, the nearest: each reaches every host of both regions."
  value       = { europe = module.europe.topic_arn, america = module.america.topic_arn }
}

output "agent_config" {
  description = "For each host its /etc/towncrier/towncrier.yaml."
  value       = merge(module.europe.agent_config, module.america.agent_config)
}

output "publisher_configs" {
  description = "For each region the configuration of whoever publishes there."
  value       = { europe = module.europe.publisher_config, america = module.america.publisher_config }
}

output "policies" {
  description = "For each region the IAM policies, to attach to roles."
  value       = { europe = module.europe.policies, america = module.america.policies }
}
