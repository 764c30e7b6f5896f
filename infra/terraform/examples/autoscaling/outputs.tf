output "topic_arn" {
  description = "Publish here."
  value       = module.towncrier.topic_arn
}

output "agent_config" {
  description = "What the instances get as /etc/towncrier/towncrier.yaml."
  value       = module.towncrier.autoscaling_agent_config
}

output "publisher_config" {
  description = "The configuration of whoever runs 'towncrier publish'."
  value       = module.towncrier.publisher_config
}

output "publisher_policy" {
  description = "IAM policy of publishers."
  value       = module.towncrier.policies.publisher
}

output "reaper_policy" {
  description = "IAM policy of whoever runs 'towncrier fleet reap'."
  value       = module.towncrier.policies.reaper
}
