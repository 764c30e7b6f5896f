output "topic_arn" {
  description = "Publish here."
  value       = module.towncrier.topic_arn
}

output "agent_config" {
  description = "For each host its /etc/towncrier/towncrier.yaml."
  value       = module.towncrier.agent_config
}

output "publisher_config" {
  description = "The configuration of whoever runs 'towncrier publish'."
  value       = module.towncrier.publisher_config
}

output "host_queues" {
  description = "For each host its queue."
  value       = module.towncrier.host_queues
}

output "dead_letter_queue" {
  description = "The queue of messages that nobody could apply."
  value       = module.towncrier.dead_letter_queue
}
