locals {
  # JSON strings are YAML strings: whatever a key holds stays what it is.
  place_lines = {
    for indent in [4, 6] : indent => "${join("", [for i in range(indent) : " "])}namespace: ${jsonencode(local.host_name)}\n"
  }

  # As the agent spells it, and not below the shortest time after which Azure removes a subscription that nobody reads.
  ttl_parts   = [for part in regex("^P(?:([0-9]+)D)?(?:T(?:([0-9]+)H)?(?:([0-9]+)M)?)?$", var.message_ttl) : try(tonumber(part), 0)]
  ttl_minutes = max(5, sum([for i, unit in [1440, 60, 1] : unit * coalesce(local.ttl_parts[i], 0)]))
  retention   = local.ttl_minutes % 1440 == 0 ? "${local.ttl_minutes / 1440}d" : "${local.ttl_minutes}m"

  topic_line = "topic: ${jsonencode(local.topic_name)}\n"

  receipts_lines = !var.receipts ? "" : join("", [
    "receipts:\n",
    "  azure_service_bus:\n",
    local.place_lines[4],
    "    queue: ${jsonencode(local.receipts_name)}\n",
  ])

  cache_lines = {
    for owner, caches in merge({ "" = var.caches }, { for host, value in var.hosts : host => try(coalesce(value.caches, []), []) }) :
    owner => length(caches) == 0 ? "" : join("", concat(["caches:\n"], [
      for cache in caches : join("", ["  - path: ${jsonencode(cache.path)}\n", cache.key == null ? "" : "    key: ${jsonencode(cache.key)}\n"])
    ]))
  }
}

output "namespace" {
  description = "The namespace: id, name, and host, its name in the network."
  value       = { id = azurerm_servicebus_namespace.this.id, name = azurerm_servicebus_namespace.this.name, host = local.host_name }
}

output "topic_id" {
  description = "Azure's id of the topic, the scope for roles that are given elsewhere."
  value       = azurerm_servicebus_topic.this.id
}

output "subscriptions" {
  description = "For each host its subscription: name, id."
  value = {
    for host, name in local.subscription_names : host => { name = name, id = azurerm_servicebus_subscription.host[host].id }
  }
}

output "receipts_queue" {
  description = "The queue of receipts: name, id; null without receipts."
  value       = var.receipts ? { name = local.receipts_name, id = azurerm_servicebus_queue.receipts[0].id } : null
}

output "connection" {
  description = "What a publisher of your own needs, without a secret: url to POST messages to, topic, and scope, for which Entra gives the token."
  value = {
    url   = "https://${local.host_name}/${local.topic_name}/messages"
    topic = local.topic_name
    scope = "https://servicebus.azure.net/.default"
  }
}

output "agent_config" {
  description = "For each host the agent's configuration, ready for /etc/towncrier/towncrier.yaml. Without caches here, add yours."
  value = {
    for host, name in local.subscription_names : host => join("", [
      "name: ${jsonencode(host)}\n",
      local.cache_lines[length(local.cache_lines[host]) > 0 ? host : ""],
      "sources:\n",
      "  - azure_service_bus:\n",
      local.place_lines[6],
      "      ${local.topic_line}",
      "      subscription: ${jsonencode(name)}\n",
      local.receipts_lines,
    ])
  }
}

output "autoscaling_agent_config" {
  description = "The agent's configuration for hosts that come and go: each makes its own subscription, FLEET-HOST."
  value = join("", [
    local.cache_lines[""],
    "sources:\n",
    "  - azure_service_bus:\n",
    local.place_lines[6],
    "      ${local.topic_line}",
    "      subscription: auto\n",
    "      fleet: ${jsonencode(var.fleet)}\n",
    var.filter == null ? "" : "      filter: ${jsonencode(var.filter)}\n",
    "      lock: ${var.lock_duration_seconds}s\n",
    "      most_deliveries: ${var.max_delivery_count}\n",
    "      retention: ${local.retention}\n",
    local.receipts_lines,
  ])
}

output "publisher_config" {
  description = "The configuration of 'towncrier publish --to bus'."
  value = join("", [
    "publishers:\n",
    "  bus:\n",
    "    azure_service_bus:\n",
    local.place_lines[6],
    "      ${local.topic_line}",
    local.premium ? "      max_message_bytes: 1048576\n" : "",
    local.receipts_lines,
  ])
}
