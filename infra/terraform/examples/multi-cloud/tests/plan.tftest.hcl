# Both clouds planned: AWS with its real provider and without a call, Azure with one that makes nothing.

provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
  skip_region_validation      = true
}

mock_provider "azurerm" {}

override_data {
  target = module.aws.data.aws_caller_identity.current
  values = { account_id = "123456789012" }
}

variables {
  azure_subscription_id = "00000000-0000-0000-0000-000000000000"
  azure_namespace       = "contoso-web"
  relay_principals      = { vm = "11111111-0000-0000-0000-000000000000" }
}

run "the_relay_reads_each_bus_and_publishes_to_the_other" {
  command = plan

  assert {
    condition = yamldecode(output.relay_config) == {
      name = "relay-www"
      sources = [
        { aws = { region = "eu-west-1", queue = "towncrier-www-relay" } },
        { azure_service_bus = { namespace = "contoso-web.servicebus.windows.net", topic = "towncrier-www", subscription = "www-relay" } },
      ]
      publishers = {
        aws   = { aws = { region = "eu-west-1", topic = "arn:aws:sns:eu-west-1:123456789012:towncrier-www" } }
        azure = { azure_service_bus = { namespace = "contoso-web.servicebus.windows.net", topic = "towncrier-www" } }
      }
      routes = [
        { from = "aws", to = ["azure"] },
        { from = "azure_service_bus", to = ["aws"] },
      ]
    }
    error_message = output.relay_config
  }

  assert {
    condition = { for host, config in output.agent_config : host => keys(yamldecode(config).sources[0])[0] } == {
      aws-1   = "aws"
      aws-2   = "aws"
      azure-1 = "azure_service_bus"
      azure-2 = "azure_service_bus"
    }
    error_message = "A host reads another cloud's bus, or the relay is taken for a cache host."
  }

  assert {
    condition = { for statement in jsondecode(output.relay_policy).Statement : statement.Sid => statement.Resource } == {
      ReadOwnQueue = "arn:aws:sqs:eu-west-1:123456789012:towncrier-www-relay"
      Publish      = "arn:aws:sns:eu-west-1:123456789012:towncrier-www"
    }
    error_message = output.relay_policy
  }
}

run "host_called_as_the_relay" {
  command = plan

  variables {
    aws_hosts = ["relay"]
  }

  expect_failures = [var.aws_hosts]
}

run "host_in_azure_called_as_the_relay" {
  command = plan

  variables {
    azure_hosts = { relay = {} }
  }

  expect_failures = [var.azure_hosts]
}

run "one_host_in_both_clouds" {
  command = plan

  variables {
    azure_hosts = { "aws-1" = {} }
  }

  expect_failures = [var.azure_hosts]
}

run "subscription_by_its_name" {
  command = plan

  variables {
    azure_subscription_id = "pay-as-you-go"
  }

  expect_failures = [var.azure_subscription_id]
}
