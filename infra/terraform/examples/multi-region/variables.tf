variable "fleet" {
  description = "Name of the fleet, in every name made here."
  type        = string
  default     = "www"
  nullable    = false
}

variable "europe_hosts" {
  description = "Cache hosts in eu-west-1."
  type        = set(string)
  default     = ["eu-1", "eu-2"]
  nullable    = false
}

variable "america_hosts" {
  description = "Cache hosts in us-east-1."
  type        = set(string)
  default     = ["us-1", "us-2"]
  nullable    = false
}

variable "cache_path" {
  description = "nginx's proxy_cache_path on the hosts."
  type        = string
  default     = "/var/cache/nginx/site"
  nullable    = false
}

variable "alarms" {
  description = "Alarms in both regions. An alarm's action has to be of the alarm's region."
  type = object({
    enabled         = optional(bool, true)
    europe_actions  = optional(list(string), [])
    america_actions = optional(list(string), [])
  })
  default  = {}
  nullable = false
}
