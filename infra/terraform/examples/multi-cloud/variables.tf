variable "fleet" {
  description = "Name of the fleet, in every name made here."
  type        = string
  default     = "www"
  nullable    = false
}

variable "aws_region" {
  description = "Where the AWS half is."
  type        = string
  default     = "eu-west-1"
  nullable    = false
}

variable "aws_hosts" {
  description = "Cache hosts in AWS."
  type        = set(string)
  default     = ["aws-1", "aws-2"]
  nullable    = false

  validation {
    condition     = !contains(var.aws_hosts, "relay")
    error_message = "relay is the relay's own name: call the host otherwise."
  }
}

variable "azure_subscription_id" {
  description = "The subscription that the Azure half is paid by."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", var.azure_subscription_id))
    error_message = "azure_subscription_id must be a subscription's id, such as 00000000-0000-0000-0000-000000000000."
  }
}

variable "azure_location" {
  description = "Where the Azure half is."
  type        = string
  default     = "westeurope"
  nullable    = false
}

variable "azure_namespace" {
  description = "Name of the Service Bus namespace, unique in all of Azure."
  type        = string
  nullable    = false
}

variable "azure_hosts" {
  description = "Cache hosts in Azure: for each the object ids of the identities that may read its subscription, by keys of your choice."
  type        = map(map(string))
  default     = { "azure-1" = {}, "azure-2" = {} }
  nullable    = false

  validation {
    condition     = !contains(keys(var.azure_hosts), "relay")
    error_message = "relay is the relay's own name: call the host otherwise."
  }

  validation {
    condition     = length(setintersection(keys(var.azure_hosts), var.aws_hosts)) == 0
    error_message = "A host has the same name in both clouds: names are what receipts and logs tell hosts apart by."
  }
}

variable "relay_principals" {
  description = "Object ids of the relay's identities in Azure, by keys of your choice. In AWS its role gets relay_policy."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "cache_path" {
  description = "nginx's proxy_cache_path on the hosts."
  type        = string
  default     = "/var/cache/nginx/site"
  nullable    = false
}
