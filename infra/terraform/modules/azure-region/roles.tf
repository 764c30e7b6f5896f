# Who may do what, each on the smallest scope that Azure has for it.

locals {
  readers = merge([
    for host, value in var.hosts : { for key, id in value.principals : "${host}/${key}" => { host = host, principal = id } }
  ]...)

  resource_group_id = split("/providers/", azurerm_servicebus_namespace.this.id)[0]

  receipt_senders = merge(
    { for key, reader in local.readers : "host/${key}" => reader.principal },
    { for key, id in var.autoscaling.principals : "autoscaling/${key}" => id },
  )
}

resource "azurerm_role_assignment" "host" {
  for_each = local.readers

  scope                = azurerm_servicebus_subscription.host[each.value.host].id
  role_definition_name = "Azure Service Bus Data Receiver"
  principal_id         = each.value.principal
}

resource "azurerm_role_assignment" "publisher" {
  for_each = var.publishers

  scope                = azurerm_servicebus_topic.this.id
  role_definition_name = "Azure Service Bus Data Sender"
  principal_id         = each.value
}

resource "azurerm_role_assignment" "receipt_sender" {
  for_each = var.receipts ? local.receipt_senders : {}

  scope                = azurerm_servicebus_queue.receipts[0].id
  role_definition_name = "Azure Service Bus Data Sender"
  principal_id         = each.value
}

resource "azurerm_role_assignment" "receipt_reader" {
  for_each = var.receipts ? var.publishers : {}

  scope                = azurerm_servicebus_queue.receipts[0].id
  role_definition_name = "Azure Service Bus Data Receiver"
  principal_id         = each.value
}

# A host with 'subscription: auto' makes, reads and removes its own subscription.
resource "azurerm_role_assignment" "autoscaling" {
  for_each = var.autoscaling.principals

  scope                = azurerm_servicebus_topic.this.id
  role_definition_name = var.autoscaling.narrow_role ? null : "Azure Service Bus Data Owner"
  role_definition_id   = var.autoscaling.narrow_role ? azurerm_role_definition.autoscaling[0].role_definition_resource_id : null
  principal_id         = each.value
}

# Data Owner may also send, and change or delete the topic. This one may not.
resource "azurerm_role_definition" "autoscaling" {
  count = var.autoscaling.narrow_role ? 1 : 0

  name        = "Towncrier ${var.fleet}: subscriptions of hosts (${var.namespace.name})"
  description = "Makes, changes, reads and removes subscriptions of topics; cannot send, and cannot change a topic."
  scope       = local.resource_group_id

  assignable_scopes = [local.resource_group_id]

  permissions {
    actions = [
      "Microsoft.ServiceBus/namespaces/topics/read",
      "Microsoft.ServiceBus/namespaces/topics/subscriptions/read",
      "Microsoft.ServiceBus/namespaces/topics/subscriptions/write",
      "Microsoft.ServiceBus/namespaces/topics/subscriptions/delete",
      "Microsoft.ServiceBus/namespaces/topics/subscriptions/rules/read",
      "Microsoft.ServiceBus/namespaces/topics/subscriptions/rules/write",
      "Microsoft.ServiceBus/namespaces/topics/subscriptions/rules/delete",
    ]
    data_actions = ["Microsoft.ServiceBus/namespaces/messages/receive/action"]
  }
}
