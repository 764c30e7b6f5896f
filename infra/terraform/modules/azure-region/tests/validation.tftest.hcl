# What is refused before anything is made. Each is told with its remedy; see error_message in variables.tf.

mock_provider "azurerm" {}

variables {
  fleet               = "www"
  resource_group_name = "web"
  location            = "westeurope"
  namespace           = { name = "contoso-web" }
}

run "what_lies_just_within_the_bounds_is_taken" {
  command = plan

  variables {
    fleet                 = "abcdefghijklmnopqrstuvwxyz_-0123"
    resource_group_name   = "rg-web_(2).eu"
    namespace             = { name = "a23456", sku = "Premium", capacity = 16, partitions = 4, local_auth = true }
    hosts                 = { "a" = { filter = join("", [for i in range(1024) : "x"]) } }
    message_ttl           = "P14D"
    lock_duration_seconds = 300
    max_delivery_count    = 2000
    topic_size_gb         = 1
    network               = { ip_rules = ["192.0.2.0/24"] }
    filter                = "towncrier_host <> 'a' OR towncrier_host IS NULL"
  }
}

run "fleet_with_a_blank" {
  command = plan

  variables {
    fleet = "my fleet"
  }

  expect_failures = [var.fleet]
}

run "fleet_of_33_letters" {
  command = plan

  variables {
    fleet = "abcdefghijklmnopqrstuvwxyzabcdefg"
  }

  expect_failures = [var.fleet]
}

run "fleet_that_ends_with_a_dash" {
  command = plan

  variables {
    fleet = "www-"
  }

  expect_failures = [var.fleet]
}

run "resource_group_that_ends_with_a_point" {
  command = plan

  variables {
    resource_group_name = "web."
  }

  expect_failures = [var.resource_group_name]
}

run "no_location" {
  command = plan

  variables {
    location = " "
  }

  expect_failures = [var.location]
}

run "namespace_of_5_letters" {
  command = plan

  variables {
    namespace = { name = "short" }
  }

  expect_failures = [var.namespace]
}

run "namespace_of_51_letters" {
  command = plan

  variables {
    namespace = { name = join("", [for i in range(51) : "x"]) }
  }

  expect_failures = [var.namespace]
}

run "namespace_that_begins_with_a_digit" {
  command = plan

  variables {
    namespace = { name = "1contoso" }
  }

  expect_failures = [var.namespace]
}

run "namespace_that_ends_as_azure_reserves_it" {
  command = plan

  variables {
    namespace = { name = "contoso-sb" }
  }

  expect_failures = [var.namespace]
}

run "basic_has_no_topics" {
  command = plan

  variables {
    namespace = { name = "contoso-web", sku = "Basic" }
  }

  expect_failures = [var.namespace]
}

run "standard_with_a_capacity" {
  command = plan

  variables {
    namespace = { name = "contoso-web", capacity = 1 }
  }

  expect_failures = [var.namespace]
}

run "premium_without_a_capacity" {
  command = plan

  variables {
    namespace = { name = "contoso-web", sku = "Premium" }
  }

  expect_failures = [var.namespace]
}

run "premium_of_3_units" {
  command = plan

  variables {
    namespace = { name = "contoso-web", sku = "Premium", capacity = 3 }
  }

  expect_failures = [var.namespace]
}

run "standard_with_partitions" {
  command = plan

  variables {
    namespace = { name = "contoso-web", partitions = 2 }
  }

  expect_failures = [var.namespace]
}

run "suffix_of_no_cloud" {
  command = plan

  variables {
    namespace = { name = "contoso-web", dns_suffix = "example.org" }
  }

  expect_failures = [var.namespace]
}

run "host_that_is_no_name" {
  command = plan

  variables {
    hosts = { "web:1" = {} }
  }

  expect_failures = [var.hosts]
}

run "host_that_ends_with_a_dash" {
  command = plan

  variables {
    hosts = { "web-" = {} }
  }

  expect_failures = [var.hosts]
}

run "two_hosts_with_one_subscription" {
  command = plan

  variables {
    hosts = { "web-1" = {}, "Web-1" = {} }
  }

  expect_failures = [var.hosts]
}

run "principal_by_its_name" {
  command = plan

  variables {
    hosts = { "web-1" = { principals = { vm = "web-1-identity" } } }
  }

  expect_failures = [var.hosts]
}

run "filter_of_a_host_that_is_empty" {
  command = plan

  variables {
    hosts = { "web-1" = { filter = " " } }
  }

  expect_failures = [var.hosts]
}

run "cache_below_nowhere" {
  command = plan

  variables {
    caches = [{ path = "cache" }]
  }

  expect_failures = [var.caches]
}

run "publisher_by_its_name" {
  command = plan

  variables {
    publishers = { cms = "cms" }
  }

  expect_failures = [var.publishers]
}

run "autoscaled_host_by_its_name" {
  command = plan

  variables {
    autoscaling = { principals = { vmss = "vmss" } }
  }

  expect_failures = [var.autoscaling]
}

run "filter_of_1025_characters" {
  command = plan

  variables {
    filter = join("", [for i in range(205) : "xxxxx"])
  }

  expect_failures = [var.filter]
}

run "filter_that_keeps_messages_away" {
  command = plan

  variables {
    hosts  = { "web-1" = {} }
    filter = "towncrier_host <> 'www.example.org'"
  }

  expect_failures = [check.filters_keep_messages_without_the_property]
}

run "ttl_of_15_days" {
  command = plan

  variables {
    message_ttl = "P15D"
  }

  expect_failures = [var.message_ttl]
}

run "ttl_in_another_spelling" {
  command = plan

  variables {
    message_ttl = "PT96H"
  }

  expect_failures = [var.message_ttl]
}

run "ttl_in_words" {
  command = plan

  variables {
    message_ttl = "4d"
  }

  expect_failures = [var.message_ttl]
}

run "lock_of_six_minutes" {
  command = plan

  variables {
    lock_duration_seconds = 360
  }

  expect_failures = [var.lock_duration_seconds]
}

run "no_delivery_at_all" {
  command = plan

  variables {
    max_delivery_count = 0
  }

  expect_failures = [var.max_delivery_count]
}

run "delivery_and_a_half" {
  command = plan

  variables {
    max_delivery_count = 1.5
  }

  expect_failures = [var.max_delivery_count]
}

run "topic_of_six_gigabytes" {
  command = plan

  variables {
    topic_size_gb = 6
  }

  expect_failures = [var.topic_size_gb]
}

run "addresses_without_premium" {
  command = plan

  variables {
    network = { ip_rules = ["192.0.2.0/24"] }
  }

  expect_failures = [var.network]
}

run "private_endpoint_without_premium" {
  command = plan

  variables {
    network = { private_endpoint = { subnet_id = "/subscriptions/0/subnets/web" } }
  }

  expect_failures = [var.network]
}

run "a_namespace_that_nobody_can_reach" {
  command = plan

  variables {
    network = { public = false }
  }

  expect_failures = [var.network]
}

run "addresses_that_are_none" {
  command = plan

  variables {
    namespace = { name = "contoso-web", sku = "Premium", capacity = 1 }
    network   = { ip_rules = ["192.0.2.256"] }
  }

  expect_failures = [var.network]
}

run "key_without_premium" {
  command = plan

  variables {
    customer_managed_key = {
      key_vault_key_id = "https://contoso.vault.azure.net/keys/bus"
      identity_id      = "/subscriptions/0/resourceGroups/web/providers/Microsoft.ManagedIdentity/userAssignedIdentities/bus"
    }
  }

  expect_failures = [var.customer_managed_key]
}

run "key_by_its_name" {
  command = plan

  variables {
    namespace = { name = "contoso-web", sku = "Premium", capacity = 1 }
    customer_managed_key = {
      key_vault_key_id = "bus"
      identity_id      = "/subscriptions/0/resourceGroups/web/providers/Microsoft.ManagedIdentity/userAssignedIdentities/bus"
    }
  }

  expect_failures = [var.customer_managed_key]
}

run "key_for_an_identity_that_is_not_there_yet" {
  command = plan

  variables {
    namespace = { name = "contoso-web", sku = "Premium", capacity = 1 }
    customer_managed_key = {
      key_vault_key_id = "https://contoso.vault.azure.net/keys/bus"
      identity_id      = "system"
    }
  }

  expect_failures = [var.customer_managed_key]
}

run "a_host_named_as_another_ones_subscription" {
  command = plan

  variables {
    hosts = {
      "cache-eu-west-1a-0123456789.internal.example.org" = {}
      "cache-eu-west-1a-0123456789.interna-4de12cb762"   = {}
    }
  }

  expect_failures = [azurerm_servicebus_topic.this]
}

run "more_hosts_than_a_topic_has_subscriptions" {
  command = plan

  variables {
    hosts = { for pair in setproduct(range(1001), range(2)) : "web-${pair[0]}-${pair[1]}" => {} }
  }

  expect_failures = [var.hosts]
}

run "cache_of_a_host_below_nowhere" {
  command = plan

  variables {
    hosts = { "web-1" = { caches = [{ path = "cache" }] } }
  }

  expect_failures = [var.hosts]
}

run "addresses_of_a_namespace_that_is_not_public" {
  command = plan

  variables {
    namespace = { name = "contoso-web", sku = "Premium", capacity = 1 }
    network   = { public = false, ip_rules = ["192.0.2.0/24"], private_endpoint = { subnet_id = "/subscriptions/0/subnets/web" } }
  }

  expect_failures = [var.network]
}
