# Who may do what, and on what.

mock_provider "azurerm" {
  mock_resource "azurerm_servicebus_namespace" {
    defaults = { id = "/subscriptions/0/resourceGroups/web/providers/Microsoft.ServiceBus/namespaces/contoso-web" }
  }
}

variables {
  fleet               = "www"
  resource_group_name = "web"
  location            = "westeurope"
  namespace           = { name = "contoso-web" }
  receipts            = true
  hosts = {
    "web-1" = { principals = { vm = "11111111-0000-0000-0000-000000000000" } }
    "web-2" = { principals = { vm = "22222222-0000-0000-0000-000000000000", team = "33333333-0000-0000-0000-000000000000" } }
    "web-3" = {}
  }
  publishers  = { cms = "44444444-0000-0000-0000-000000000000" }
  autoscaling = { principals = { vmss = "55555555-0000-0000-0000-000000000000" } }
}

run "each_on_the_smallest_scope" {
  command = apply

  assert {
    condition = { for key, role in azurerm_role_assignment.host : key => [role.scope, role.role_definition_name, role.principal_id] } == {
      "web-1/vm"   = [azurerm_servicebus_subscription.host["web-1"].id, "Azure Service Bus Data Receiver", "11111111-0000-0000-0000-000000000000"]
      "web-2/vm"   = [azurerm_servicebus_subscription.host["web-2"].id, "Azure Service Bus Data Receiver", "22222222-0000-0000-0000-000000000000"]
      "web-2/team" = [azurerm_servicebus_subscription.host["web-2"].id, "Azure Service Bus Data Receiver", "33333333-0000-0000-0000-000000000000"]
    }
    error_message = "A host may read another one's subscription, or not its own."
  }

  assert {
    condition = { for key, role in azurerm_role_assignment.publisher : key => [role.scope, role.role_definition_name, role.principal_id] } == {
      cms = [azurerm_servicebus_topic.this.id, "Azure Service Bus Data Sender", "44444444-0000-0000-0000-000000000000"]
    }
    error_message = "A publisher may do something else than send to the topic."
  }

  assert {
    condition = { for key, role in azurerm_role_assignment.receipt_sender : key => [role.scope, role.role_definition_name, role.principal_id] } == {
      "host/web-1/vm"    = [azurerm_servicebus_queue.receipts[0].id, "Azure Service Bus Data Sender", "11111111-0000-0000-0000-000000000000"]
      "host/web-2/vm"    = [azurerm_servicebus_queue.receipts[0].id, "Azure Service Bus Data Sender", "22222222-0000-0000-0000-000000000000"]
      "host/web-2/team"  = [azurerm_servicebus_queue.receipts[0].id, "Azure Service Bus Data Sender", "33333333-0000-0000-0000-000000000000"]
      "autoscaling/vmss" = [azurerm_servicebus_queue.receipts[0].id, "Azure Service Bus Data Sender", "55555555-0000-0000-0000-000000000000"]
    }
    error_message = "Somebody cannot send receipts, or may send elsewhere."
  }

  assert {
    condition = { for key, role in azurerm_role_assignment.receipt_reader : key => [role.scope, role.role_definition_name, role.principal_id] } == {
      cms = [azurerm_servicebus_queue.receipts[0].id, "Azure Service Bus Data Receiver", "44444444-0000-0000-0000-000000000000"]
    }
    error_message = "A publisher cannot read receipts."
  }

  assert {
    condition = { for key, role in azurerm_role_assignment.autoscaling : key => [role.scope, role.role_definition_name, role.principal_id] } == {
      vmss = [azurerm_servicebus_topic.this.id, "Azure Service Bus Data Owner", "55555555-0000-0000-0000-000000000000"]
    }
    error_message = "An autoscaled host cannot make its subscription, or may do so in other topics."
  }

  assert {
    condition     = length(azurerm_role_definition.autoscaling) == 0
    error_message = "A role was made that nobody asked for."
  }
}

run "without_receipts_nobody_may_do_anything_with_them" {
  command = apply

  variables {
    receipts = false
  }

  assert {
    condition     = length(azurerm_role_assignment.receipt_sender) + length(azurerm_role_assignment.receipt_reader) == 0
    error_message = "There are roles on a queue that is not there."
  }
}

run "a_narrow_role_neither_sends_nor_changes_the_topic" {
  command = apply

  variables {
    autoscaling = { principals = { vmss = "55555555-0000-0000-0000-000000000000" }, narrow_role = true }
  }

  assert {
    condition     = azurerm_role_assignment.autoscaling["vmss"].role_definition_id == azurerm_role_definition.autoscaling[0].role_definition_resource_id && azurerm_role_assignment.autoscaling["vmss"].scope == azurerm_servicebus_topic.this.id
    error_message = "The host has another role, or elsewhere."
  }

  assert {
    condition     = azurerm_role_definition.autoscaling[0].scope == "/subscriptions/0/resourceGroups/web" && azurerm_role_definition.autoscaling[0].assignable_scopes == tolist(["/subscriptions/0/resourceGroups/web"])
    error_message = "The role can be given outside of the resource group."
  }

  assert {
    condition = alltrue([
      for action in azurerm_role_definition.autoscaling[0].permissions[0].actions : endswith(action, "/read") || startswith(action, "Microsoft.ServiceBus/namespaces/topics/subscriptions/")
    ]) && azurerm_role_definition.autoscaling[0].permissions[0].data_actions == toset(["Microsoft.ServiceBus/namespaces/messages/receive/action"])
    error_message = "The role may change more than subscriptions."
  }
}
