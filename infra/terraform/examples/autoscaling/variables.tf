variable "region" {
  description = "Where topic, queues and instances are."
  type        = string
  default     = "eu-west-1"
  nullable    = false
}

variable "fleet" {
  description = "Name of the fleet, in every name made here."
  type        = string
  default     = "www"
  nullable    = false
}

variable "image_id" {
  description = "AMI with nginx, the agent in /opt/towncrier, its systemd unit, the AWS command line and curl."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^ami-[0-9a-f]+$", var.image_id))
    error_message = "image_id must be the id of an AMI, such as ami-0123456789abcdef0."
  }
}

variable "instance_type" {
  description = "Type of the instances."
  type        = string
  default     = "t3.small"
  nullable    = false
}

variable "subnet_ids" {
  description = "Subnets of the instances. They need a way to SQS and SNS: a NAT gateway, or VPC endpoints."
  type        = list(string)
  nullable    = false
}

variable "size" {
  description = "Fewest and most instances."
  type        = object({ min = number, max = number })
  default     = { min = 2, max = 10 }
  nullable    = false

  validation {
    condition     = var.size.min >= 0 && var.size.max >= var.size.min
    error_message = "size.max must not be below size.min, and size.min not below 0."
  }
}

variable "cache_path" {
  description = "nginx's proxy_cache_path on the instances."
  type        = string
  default     = "/var/cache/nginx/site"
  nullable    = false
}
