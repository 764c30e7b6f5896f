# What is printed to be pasted, whole. The project's own tests feed the same texts to 'towncrier config check'.

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
  skip_region_validation      = true
}

override_data {
  target = data.aws_caller_identity.current
  values = { account_id = "123456789012" }
}

variables {
  fleet    = "www"
  hosts    = { "web-1" = {}, "cache.eu.2" = { caches = [{ path = "/srv/cache" }] } }
  caches   = [{ path = "/var/cache/nginx/site", key = "$scheme$host$request_uri" }]
  receipts = true
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
        - aws:
            region: "eu-west-1"
            queue: "towncrier-www-web-1"
      receipts:
        aws:
          region: "eu-west-1"
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
        - aws:
            region: "eu-west-1"
            queue: "towncrier-www-cache-eu-2"
      receipts:
        aws:
          region: "eu-west-1"
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
        - aws:
            region: "eu-west-1"
            topic: "arn:aws:sns:eu-west-1:123456789012:towncrier-www"
            queue: auto
            fleet: "www"
      receipts:
        aws:
          region: "eu-west-1"
          queue: "towncrier-www-receipts"
    YAML
    error_message = output.autoscaling_agent_config
  }

  assert {
    condition     = output.publisher_config == <<-YAML
      publishers:
        bus:
          aws:
            region: "eu-west-1"
            topic: "arn:aws:sns:eu-west-1:123456789012:towncrier-www"
      receipts:
        aws:
          region: "eu-west-1"
          queue: "towncrier-www-receipts"
    YAML
    error_message = output.publisher_config
  }
}

run "printed_with_an_endpoint_and_without_receipts" {
  command = plan

  variables {
    receipts = false
    endpoint = "http://127.0.0.1:4566"
  }

  assert {
    condition     = output.agent_config["web-1"] == <<-YAML
      name: "web-1"
      caches:
        - path: "/var/cache/nginx/site"
          key: "$scheme$host$request_uri"
      sources:
        - aws:
            region: "eu-west-1"
            queue: "towncrier-www-web-1"
            endpoint: "http://127.0.0.1:4566"
    YAML
    error_message = output.agent_config["web-1"]
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
