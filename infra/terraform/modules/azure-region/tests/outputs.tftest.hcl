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
    filter    = "towncrier_host = 'www.example.org' OR towncrier_host IS NULL"
    namespace = { name = "contoso-web", dns_suffix = "servicebus.usgovcloudapi.net" }
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
    YAML
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
