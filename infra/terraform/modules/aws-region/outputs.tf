locals {
  # JSON strings are YAML strings: whatever a key holds stays what it is.
  endpoint_line = var.endpoint == null ? "" : "\n      endpoint: ${jsonencode(var.endpoint)}"

  receipts_lines = !var.receipts ? "" : join("", [
    "receipts:\n",
    "  aws:\n",
    "    region: ${jsonencode(local.region)}\n",
    "    queue: ${jsonencode(local.receipts_name)}\n",
    var.endpoint == null ? "" : "    endpoint: ${jsonencode(var.endpoint)}\n",
  ])

  cache_lines = {
    for owner, caches in merge({ "" = var.caches }, { for host, value in var.hosts : host => try(coalesce(value.caches, []), []) }) :
    owner => length(caches) == 0 ? "" : join("", concat(["caches:\n"], [
      for cache in caches : join("", ["  - path: ${jsonencode(cache.path)}\n", cache.key == null ? "" : "    key: ${jsonencode(cache.key)}\n"])
    ]))
  }
}

output "topic_arn" {
  description = "ARN of the topic to publish to. Built from names and waits for nothing, so two regions can name each other's."
  value       = local.topic_arn
}

output "host_queues" {
  description = "For each host its queue: name, url, arn."
  value = {
    for host, name in local.queue_names : host => { name = name, url = aws_sqs_queue.host[host].url, arn = local.queue_arns[host] }
  }
}

output "host_queue_arns" {
  description = "For each host the ARN of its queue, known in a plan and there once the queue is: for peer_queue_arns of another region."
  value       = local.queue_arns
  depends_on  = [aws_sqs_queue.host]
}

output "dead_letter_queue" {
  description = "The queue of messages that nobody could apply: name, url, arn."
  value       = { name = local.dead_name, url = aws_sqs_queue.dead.url, arn = local.dead_arn }
}

output "receipts_queue" {
  description = "The queue of receipts: name, url, arn; null without receipts."
  value       = var.receipts ? { name = local.receipts_name, url = aws_sqs_queue.receipts[0].url, arn = local.receipts_arn } : null
}

output "agent_config" {
  description = "For each host the agent's configuration, ready for /etc/towncrier/towncrier.yaml. Without caches here, add yours."
  value = {
    for host, name in local.queue_names : host => join("", [
      "name: ${jsonencode(host)}\n",
      local.cache_lines[length(local.cache_lines[host]) > 0 ? host : ""],
      "sources:\n",
      "  - aws:\n",
      "      region: ${jsonencode(local.region)}\n",
      "      queue: ${jsonencode(name)}${local.endpoint_line}\n",
      local.receipts_lines,
    ])
  }
}

output "autoscaling_agent_config" {
  description = "The agent's configuration for hosts that come and go: each makes its own queue, towncrier-FLEET-HOST."
  value = join("", [
    local.cache_lines[""],
    "sources:\n",
    "  - aws:\n",
    "      region: ${jsonencode(local.region)}\n",
    "      topic: ${jsonencode(local.topic_arn)}\n",
    "      queue: auto\n",
    "      fleet: ${jsonencode(var.fleet)}${local.endpoint_line}\n",
    local.receipts_lines,
  ])
}

output "publisher_config" {
  description = "The configuration of 'towncrier publish --to bus'."
  value = join("", [
    "publishers:\n",
    "  bus:\n",
    "    aws:\n",
    "      region: ${jsonencode(local.region)}\n",
    "      topic: ${jsonencode(local.topic_arn)}${local.endpoint_line}\n",
    local.receipts_lines,
  ])
}

output "policies" {
  description = "IAM policies as JSON, to attach to roles: hosts (one for each host), publisher, autoscaling, reaper; and kms_grant, for the policy of a key of your own."
  value = {
    hosts       = { for host in keys(var.hosts) : host => data.aws_iam_policy_document.host[host].json }
    publisher   = data.aws_iam_policy_document.publisher.json
    autoscaling = data.aws_iam_policy_document.autoscaling.json
    reaper      = data.aws_iam_policy_document.reaper.json
    kms_grant   = data.aws_iam_policy_document.kms_grant.json
  }
}
