variable "region" {
  description = "Where topic and queues are."
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

variable "hosts" {
  description = "The cache hosts. role is the name of the host's IAM role, to which its policy is attached; left out, attach policies.hosts yourself."
  type        = map(object({ role = optional(string) }))
  default     = { "web-1" = {}, "web-2" = {} }
  nullable    = false
}

variable "publisher_roles" {
  description = "Names of the IAM roles that may publish and read receipts."
  type        = set(string)
  default     = []
  nullable    = false
}

variable "cache_path" {
  description = "nginx's proxy_cache_path on the hosts."
  type        = string
  default     = "/var/cache/nginx/site"
  nullable    = false
}

variable "cache_key" {
  description = "nginx's proxy_cache_key."
  type        = string
  default     = "$scheme$host$request_uri"
  nullable    = false
}

variable "receipts" {
  description = "Make a queue for what the hosts report."
  type        = bool
  default     = true
  nullable    = false
}

variable "alarms" {
  description = "Alarms, and the ARNs that hear of them."
  type        = object({ enabled = optional(bool, true), actions = optional(list(string), []) })
  default     = {}
  nullable    = false
}
