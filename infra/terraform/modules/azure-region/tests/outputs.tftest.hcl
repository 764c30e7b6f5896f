# What is printed to be pasted, whole. The project's own tests feed the same texts to 'towncrier config check'.

mock_provider "azurerm" {}

variables {
  fleet               = "www"
  resource_group_name = "web"
  location            = "westeurope"
  namespace           = { name = "Contoso-web" }
  hosts               = { "web-1" = {}, "cache.eu.2" = { caches = [{ path = "/srv/cache" }] } }
  caches              = [{ path = "/var/cache/nginx/site", key = "$scheme$host$request_uri" }]
  receipts            = true
}

run "printed_configurations" {
  command = plan

  assert {
    condition     = output.agent_config["web-1"] == <<-YAML
      name: "web-1"
      caches:
        - path: "/var/cache/nginx/site"
          key: "$scheme$host$request_uri"
      sources:
        - azure_service_bus:
            namespace: "contoso-web.servicebus.windows.net"
            topic: "towncrier-www"
            subscription: "www-web-1"
      receipts:
        azure_service_bus:
          namespace: "contoso-web.servicebus.windows.net"
          queue: "towncrier-www-receipts"
    YAML
    error_message = output.agent_config["web-1"]
  }

  assert {
    condition     = output.agent_config["cache.eu.2"] == <<-YAML
      name: "cache.eu.2"
      caches:
        - path: "/srv/cache"
      sources:
        - azure_service_bus:
            namespace: "contoso-web.servicebus.windows.net"
            topic: "towncrier-www"
            subscription: "www-cache.eu.2"
      receipts:
        azure_service_bus:
          namespace: "contoso-web.servicebus.windows.net"
          queue: "towncrier-www-receipts"
    YAML
    error_message = output.agent_config["cache.eu.2"]
  }

  assert {
    condition     = output.autoscaling_agent_config == <<-YAML
      caches:
        - path: "/var/cache/nginx/site"
          key: "$scheme$host$request_uri"
      sources:
        - azure_service_bus:
            namespace: "contoso-web.servicebus.windows.net"
            topic: "towncrier-www"
            subscription: auto
            fleet: "www"
            lock: 30s
            most_deliveries: 10
            retention: 4d
      receipts:
        azure_service_bus:
          namespace: "contoso-web.servicebus.windows.net"
          queue: "towncrier-www-receipts"
    YAML
    error_message = output.autoscaling_agent_config
  }

  assert {
    condition     = output.publisher_config == <<-YAML
      publishers:
        bus:
          azure_service_bus:
            namespace: "contoso-web.servicebus.windows.net"
            topic: "towncrier-www"
      receipts:
        azure_service_bus:
          namespace: "contoso-web.servicebus.windows.net"
          queue: "towncrier-www-receipts"
    YAML
    error_message = output.publisher_config
  }

  assert {
    condition = output.connection == {
      url   = "https://contoso-web.servicebus.windows.net/towncrier-www/messages"
      topic = "towncrier-www"
      scope = "https://servicebus.azure.net/.default"
    }
    error_message = "The connection is another one."
  }
}

run "printed_without_receipts_with_a_filter_and_in_another_cloud" {
  command = plan

  variables {
    receipts  = false
    namespace = { name = "contoso-web", dns_suffix = "servicebus.usgovcloudapi.net", sku = "Premium", capacity = 1 }

    lock_duration_seconds = 120
    max_delivery_count    = 3
    message_ttl           = "P1DT12H"
    filter                = "towncrier_host = 'www.example.org' OR towncrier_host IS NULL"
  }

  assert {
    condition     = output.agent_config["web-1"] == <<-YAML
      name: "web-1"
      caches:
        - path: "/var/cache/nginx/site"
          key: "$scheme$host$request_uri"
      sources:
        - azure_service_bus:
            namespace: "contoso-web.servicebus.usgovcloudapi.net"
            topic: "towncrier-www"
            subscription: "www-web-1"
    YAML
    error_message = output.agent_config["web-1"]
  }

  assert {
    condition     = output.autoscaling_agent_config == <<-YAML
      caches:
        - path: "/var/cache/nginx/site"
          key: "$scheme$host$request_uri"
      sources:
        - azure_service_bus:
            namespace: "contoso-web.servicebus.usgovcloudapi.net"
            topic: "towncrier-www"
            subscription: auto
            fleet: "www"
            filter: "towncrier_host = 'www.example.org' OR towncrier_host IS NULL"
            lock: 120s
            most_deliveries: 3
            retention: 2160m
    YAML
    error_message = output.autoscaling_agent_config
  }

  assert {
    condition     = output.publisher_config == <<-YAML
      publishers:
        bus:
          azure_service_bus:
            namespace: "contoso-web.servicebus.usgovcloudapi.net"
            topic: "towncrier-www"
            max_message_bytes: 1048576
    YAML
    error_message = output.publisher_config
  }
}

run "a_name_that_is_too_long_is_shortened_as_the_agent_does" {
  command = plan

  variables {
    hosts       = { "cache-eu-west-1a-0123456789.internal.example.org" = {} }
    message_ttl = "PT1M"
  }

  assert {
    condition     = yamldecode(output.agent_config["cache-eu-west-1a-0123456789.internal.example.org"]).sources[0].azure_service_bus.subscription == "www-cache-eu-west-1a-0123456789.interna-4de12cb762"
    error_message = output.agent_config["cache-eu-west-1a-0123456789.internal.example.org"]
  }

  assert {
    condition     = yamldecode(output.autoscaling_agent_config).sources[0].azure_service_bus.retention == "5m"
    error_message = output.autoscaling_agent_config
  }
}

run "printed_keys_stay_what_they_are" {
  command = plan

  variables {
    caches = [{ path = "/srv/a: b", key = "\"$host\"\\${"#"}<&>é" }]
  }

  assert {
    condition     = yamldecode(output.agent_config["web-1"]).caches == [{ path = "/srv/a: b", key = "\"$host\"\\#<&>é" }]
    error_message = output.agent_config["web-1"]
  }
}
