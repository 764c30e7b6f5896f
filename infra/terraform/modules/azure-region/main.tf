locals {
  prefix        = "towncrier-${var.fleet}"
  topic_name    = local.prefix
  receipts_name = "${local.prefix}-receipts"
  host_name     = "${lower(var.namespace.name)}.${var.namespace.dns_suffix}"
  premium       = var.namespace.sku == "Premium"

  # Service Bus takes at most 50 characters. An agent with 'subscription: auto' comes to the same name.
  subscription_names = {
    for host in keys(var.hosts) : host => length("${var.fleet}-${host}") <= 50 ? "${var.fleet}-${host}" : join("-", [
      substr("${var.fleet}-${host}", 0, 39), substr(sha256("${var.fleet}\n${host}"), 0, 10)
    ])
  }

  filters = { for host, value in var.hosts : host => try(coalesce(value.filter, var.filter), null) if try(coalesce(value.filter, var.filter), null) != null }

  # Azure's tags know no ':'.
  tags = merge(var.tags, {
    "towncrier-fleet"   = var.fleet
    "towncrier-made-by" = "terraform"
  })
}

resource "azurerm_servicebus_namespace" "this" {
  name                         = var.namespace.name
  resource_group_name          = var.resource_group_name
  location                     = var.location
  sku                          = var.namespace.sku
  capacity                     = local.premium ? var.namespace.capacity : 0
  premium_messaging_partitions = local.premium ? coalesce(var.namespace.partitions, 1) : 0

  minimum_tls_version           = "1.2"
  local_auth_enabled            = var.namespace.local_auth
  public_network_access_enabled = var.network.public
  tags                          = local.tags

  dynamic "identity" {
    for_each = var.customer_managed_key == null ? [] : [var.customer_managed_key.identity_id]

    content {
      type         = "UserAssigned"
      identity_ids = [identity.value]
    }
  }

  dynamic "customer_managed_key" {
    for_each = var.customer_managed_key == null ? [] : [var.customer_managed_key]

    content {
      key_vault_key_id = customer_managed_key.value.key_vault_key_id
      identity_id      = customer_managed_key.value.identity_id
    }
  }

  dynamic "network_rule_set" {
    for_each = length(var.network.ip_rules) == 0 ? [] : [var.network.ip_rules]

    content {
      default_action                = "Deny"
      public_network_access_enabled = true
      ip_rules                      = network_rule_set.value
    }
  }
}

resource "azurerm_servicebus_topic" "this" {
  name                  = local.topic_name
  namespace_id          = azurerm_servicebus_namespace.this.id
  default_message_ttl   = var.message_ttl
  max_size_in_megabytes = var.topic_size_gb * 1024

  # Off: the same page purged twice within the window would be purged once.
  requires_duplicate_detection = false
  batched_operations_enabled   = true

  lifecycle {
    precondition {
      condition     = length(distinct([for name in values(local.subscription_names) : lower(name)])) == length(var.hosts)
      error_message = "Two hosts would have the same subscription, for their names are shortened to 50 characters. Rename one."
    }
  }
}

resource "azurerm_servicebus_subscription" "host" {
  for_each = var.hosts

  name               = local.subscription_names[each.key]
  topic_id           = azurerm_servicebus_topic.this.id
  lock_duration      = { "30" = "PT30S", "60" = "PT1M", "120" = "PT2M", "300" = "PT5M" }[var.lock_duration_seconds]
  max_delivery_count = var.max_delivery_count

  # What expires is gone, as it would be with SQS. Dead letters never expire: those of a host that is away for long would
  # fill the topic, and nobody could publish.
  dead_lettering_on_message_expiration      = false
  dead_lettering_on_filter_evaluation_error = true
  batched_operations_enabled                = true
}

# Azure takes the rule that lets everything in away when it gets the first one of ours; seconds pass between the two.
resource "azurerm_servicebus_subscription_rule" "host" {
  for_each = local.filters

  name            = "towncrier"
  subscription_id = azurerm_servicebus_subscription.host[each.key].id
  filter_type     = "SqlFilter"
  sql_filter      = each.value
}

resource "azurerm_servicebus_queue" "receipts" {
  count = var.receipts ? 1 : 0

  name         = local.receipts_name
  namespace_id = azurerm_servicebus_namespace.this.id

  # A receipt is waited for for seconds: an hour is for whoever looks afterwards.
  default_message_ttl                  = "PT1H"
  lock_duration                        = "PT30S"
  dead_lettering_on_message_expiration = false
  batched_operations_enabled           = true

  # A reader hands back what others wait for, and that counts as a delivery: the most that Azure takes.
  max_delivery_count = 2000
}

check "filters_keep_messages_without_the_property" {
  assert {
    condition     = alltrue([for filter in values(local.filters) : !can(regex("(?i)<>|!=|\\bNOT\\b", filter)) || can(regex("(?i)\\bIS\\s+NULL\\b|\\bEXISTS\\b", filter))])
    error_message = "A filter excludes (<>, NOT) without 'OR ... IS NULL' beside it: messages that lack the property would reach no host of it, and their pages stay cached."
  }
}
