provider "aws" {
  region = var.aws_region
}

provider "azurerm" {
  subscription_id = var.azure_subscription_id

  features {}
}

# The relay reads each bus as a host does, in a queue and a subscription of its own, and publishes to the other one.
module "aws" {
  source = "../../modules/aws-region"

  fleet  = var.fleet
  hosts  = merge({ for host in var.aws_hosts : host => {} }, { relay = {} })
  caches = [{ path = var.cache_path }]
}

resource "azurerm_resource_group" "this" {
  name     = "towncrier-${var.fleet}"
  location = var.azure_location
}

module "azure" {
  source = "../../modules/azure-region"

  fleet               = var.fleet
  resource_group_name = azurerm_resource_group.this.name
  location            = azurerm_resource_group.this.location
  namespace           = { name = var.azure_namespace }
  hosts               = merge({ for host, ids in var.azure_hosts : host => { principals = ids } }, { relay = { principals = var.relay_principals } })
  publishers          = var.relay_principals
  caches              = [{ path = var.cache_path }]
}

# What the relay may do in AWS: read its queue, publish to the topic.
data "aws_iam_policy_document" "relay" {
  source_policy_documents = [module.aws.policies.hosts["relay"], module.aws.policies.publisher]
}
