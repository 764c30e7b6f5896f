# Names, entities, filters and the network as they come out of an apply, with a provider that makes nothing.

mock_provider "azurerm" {
  mock_resource "azurerm_servicebus_namespace" {
    defaults = { id = "/subscriptions/0/resourceGroups/web/providers/Microsoft.ServiceBus/namespaces/contoso-web" }
  }

  mock_resource "azurerm_servicebus_topic" {
    defaults = { id = "/subscriptions/0/resourceGroups/web/providers/Microsoft.ServiceBus/namespaces/contoso-web/topics/towncrier-www" }
  }
}

variables {
  fleet               = "www"
  resource_group_name = "web"
  location            = "westeurope"
  namespace           = { name = "contoso-web" }
}

run "names_and_tags" {
  command = apply

  variables {
    hosts = { "web-1" = {}, "cache.eu.2" = {} }
    tags  = { owner = "web", "towncrier-made-by" = "somebody" }
  }

  assert {
    condition     = azurerm_servicebus_topic.this.name == "towncrier-www" && length(azurerm_servicebus_queue.receipts) == 0 && length(azurerm_private_endpoint.this) == 0
    error_message = "The topic has another name, or there is what nobody asked for."
  }

  assert {
    condition     = { for host, one in azurerm_servicebus_subscription.host : host => one.name } == { "web-1" = "www-web-1", "cache.eu.2" = "www-cache.eu.2" }
    error_message = "A host's subscription is not FLEET-HOST."
  }

  assert {
    condition     = azurerm_servicebus_namespace.this.tags == tomap({ owner = "web", "towncrier-fleet" = "www", "towncrier-made-by" = "terraform" })
    error_message = "The tags do not say whose the namespace is."
  }

  assert {
    condition     = output.namespace == { id = azurerm_servicebus_namespace.this.id, name = "contoso-web", host = "contoso-web.servicebus.windows.net" } && output.topic_id == azurerm_servicebus_topic.this.id
    error_message = "An output is about something else."
  }

  assert {
    condition     = output.subscriptions["web-1"] == { name = "www-web-1", id = azurerm_servicebus_subscription.host["web-1"].id } && output.receipts_queue == null
    error_message = "An output is about something else."
  }
}

run "closed_by_default" {
  command = apply

  assert {
    condition = (
      azurerm_servicebus_namespace.this.minimum_tls_version == "1.2" && azurerm_servicebus_namespace.this.local_auth_enabled == false &&
      azurerm_servicebus_namespace.this.sku == "Standard" && azurerm_servicebus_namespace.this.public_network_access_enabled
    )
    error_message = "Keys are let in, or old TLS is."
  }
}

run "entities_keep_as_documented" {
  command = apply

  variables {
    hosts    = { "web-1" = {} }
    receipts = true
  }

  assert {
    condition = (
      azurerm_servicebus_topic.this.default_message_ttl == "P4D" && azurerm_servicebus_topic.this.max_size_in_megabytes == 5120 &&
      azurerm_servicebus_subscription.host["web-1"].lock_duration == "PT30S" && azurerm_servicebus_subscription.host["web-1"].max_delivery_count == 10 &&
      azurerm_servicebus_queue.receipts[0].default_message_ttl == "PT1H" && azurerm_servicebus_queue.receipts[0].max_delivery_count == 2000
    )
    error_message = "A default differs from its documentation."
  }

  assert {
    condition     = azurerm_servicebus_topic.this.requires_duplicate_detection == false
    error_message = "Two purges of one page would be one."
  }

  assert {
    condition     = azurerm_servicebus_subscription.host["web-1"].dead_lettering_on_message_expiration == false && azurerm_servicebus_subscription.host["web-1"].auto_delete_on_idle == null
    error_message = "A host that is away for long fills the topic, or loses its subscription."
  }

  assert {
    condition     = output.receipts_queue == { name = "towncrier-www-receipts", id = azurerm_servicebus_queue.receipts[0].id }
    error_message = "The queue of receipts has another name."
  }
}

run "filter_of_a_host_goes_before_that_of_the_fleet" {
  command = apply

  variables {
    filter = "towncrier_host = 'www.example.org'"
    hosts = {
      "web-1" = {}
      "web-2" = { filter = "towncrier_host = 'two.example.org'" }
    }
  }

  assert {
    condition = { for host, rule in azurerm_servicebus_subscription_rule.host : host => rule.sql_filter } == {
      "web-1" = "towncrier_host = 'www.example.org'"
      "web-2" = "towncrier_host = 'two.example.org'"
    }
    error_message = "A host hears by another one's filter."
  }

  assert {
    condition     = alltrue([for host, rule in azurerm_servicebus_subscription_rule.host : rule.filter_type == "SqlFilter" && rule.subscription_id == azurerm_servicebus_subscription.host[host].id])
    error_message = "A rule belongs to another subscription."
  }
}

run "without_a_filter_everything_is_heard" {
  command = apply

  variables {
    hosts = { "web-1" = {} }
  }

  assert {
    condition     = length(azurerm_servicebus_subscription_rule.host) == 0
    error_message = "A rule of ours has taken the place of Azure's, which lets everything in."
  }
}

run "premium_in_a_network_of_its_own_with_a_key_of_its_own" {
  command = apply

  variables {
    namespace = { name = "contoso-web", sku = "Premium", capacity = 2 }
    network = {
      public           = false
      private_endpoint = { subnet_id = "/subscriptions/0/subnets/web", private_dns_zone_ids = ["/subscriptions/0/privateDnsZones/privatelink.servicebus.windows.net"] }
    }
    customer_managed_key = {
      key_vault_key_id = "https://contoso.vault.azure.net/keys/bus"
      identity_id      = "/subscriptions/0/resourceGroups/web/providers/Microsoft.ManagedIdentity/userAssignedIdentities/bus"
    }
  }

  assert {
    condition     = azurerm_servicebus_namespace.this.capacity == 2 && azurerm_servicebus_namespace.this.premium_messaging_partitions == 1 && !azurerm_servicebus_namespace.this.public_network_access_enabled
    error_message = "The namespace has another size, or is public."
  }

  assert {
    condition = alltrue([
      for link in azurerm_private_endpoint.this[0].private_service_connection :
      link.private_connection_resource_id == azurerm_servicebus_namespace.this.id && link.subresource_names == tolist(["namespace"]) && !link.is_manual_connection
    ]) && azurerm_private_endpoint.this[0].private_dns_zone_group[0].private_dns_zone_ids == tolist(["/subscriptions/0/privateDnsZones/privatelink.servicebus.windows.net"])
    error_message = "The private endpoint leads elsewhere, or its name cannot be found."
  }

  assert {
    condition     = azurerm_servicebus_namespace.this.customer_managed_key[0].key_vault_key_id == "https://contoso.vault.azure.net/keys/bus" && azurerm_servicebus_namespace.this.identity[0].type == "UserAssigned"
    error_message = "The key is not used, or nobody may use it."
  }
}

run "some_addresses_alone" {
  command = apply

  variables {
    namespace = { name = "contoso-web", sku = "Premium", capacity = 1 }
    network   = { ip_rules = ["192.0.2.0/24", "198.51.100.7"] }
  }

  assert {
    condition     = azurerm_servicebus_namespace.this.network_rule_set[0].default_action == "Deny" && azurerm_servicebus_namespace.this.network_rule_set[0].ip_rules == toset(["192.0.2.0/24", "198.51.100.7"])
    error_message = "Others are let in."
  }
}
