variable "fleet" {
  description = "Name of the fleet: part of every name made here, towncrier-FLEET.... Letters, digits, '_' and '-', at most 32, and no '_' or '-' at the end."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9]([A-Za-z0-9_-]{0,30}[A-Za-z0-9])?$", var.fleet))
    error_message = "fleet must be 1 to 32 letters, digits, '_' or '-', and begin and end with a letter or a digit."
  }
}

variable "resource_group_name" {
  description = "The resource group that everything here is made in."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[-\\w._()]{1,90}$", var.resource_group_name)) && !endswith(var.resource_group_name, ".")
    error_message = "resource_group_name must be 1 to 90 letters, digits and . _ - ( ), and not end with a point."
  }
}

variable "location" {
  description = "Azure's region, such as westeurope."
  type        = string
  nullable    = false

  validation {
    condition     = length(trimspace(var.location)) > 0
    error_message = "location must name a region, such as westeurope."
  }
}

variable "namespace" {
  description = <<-EOT
    The Service Bus namespace. name is unique in all of Azure: NAME.servicebus.windows.net.
    sku Standard or Premium; capacity (messaging units: 1, 2, 4, 8 or 16) and partitions (1, 2 or 4) are Premium's alone.
    local_auth lets in whoever has a key of the namespace: leave it off, and everybody comes with an identity of Entra.
    dns_suffix: of a sovereign cloud, servicebus.usgovcloudapi.net or servicebus.chinacloudapi.cn.
  EOT
  type = object({
    name       = string
    sku        = optional(string, "Standard")
    capacity   = optional(number)
    partitions = optional(number)
    local_auth = optional(bool, false)
    dns_suffix = optional(string, "servicebus.windows.net")
  })
  nullable = false

  validation {
    condition     = can(regex("^[a-zA-Z][-a-zA-Z0-9]{4,48}[a-zA-Z0-9]$", var.namespace.name)) && !can(regex("(-sb|-mgmt)$", lower(var.namespace.name)))
    error_message = "namespace.name must be 6 to 50 letters, digits or '-', begin with a letter, end with a letter or a digit, and not with -sb or -mgmt."
  }

  validation {
    condition     = contains(["Standard", "Premium"], var.namespace.sku)
    error_message = "namespace.sku must be Standard or Premium: Basic has no topics."
  }

  validation {
    condition     = var.namespace.sku == "Premium" ? try(contains([1, 2, 4, 8, 16], var.namespace.capacity), false) : var.namespace.capacity == null
    error_message = "namespace.capacity must be 1, 2, 4, 8 or 16 with sku Premium, and left out with Standard."
  }

  validation {
    condition     = var.namespace.partitions == null || (var.namespace.sku == "Premium" && try(contains([1, 2, 4], var.namespace.partitions), false))
    error_message = "namespace.partitions must be 1, 2 or 4, and left out with sku Standard."
  }

  validation {
    condition     = contains(["servicebus.windows.net", "servicebus.usgovcloudapi.net", "servicebus.chinacloudapi.cn"], var.namespace.dns_suffix)
    error_message = "namespace.dns_suffix must be servicebus.windows.net, servicebus.usgovcloudapi.net or servicebus.chinacloudapi.cn."
  }
}

variable "hosts" {
  description = <<-EOT
    The hosts that are there for good, by name; a relay that reads this topic is one, too. Each gets a subscription of its own, FLEET-HOST.
    principals: object ids of the identities that may read it, by keys of your choice. caches goes into the host's agent_config as it is.
    filter (an SQL filter of Service Bus) takes the place of the fleet's; "1=1" hears everything.
    Hosts that come and go are not named here: see autoscaling.
  EOT
  type = map(object({
    principals = optional(map(string), {})
    filter     = optional(string)
    caches     = optional(list(object({ path = string, key = optional(string) })))
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for host in keys(var.hosts) : can(regex("^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$", host))])
    error_message = "A host's name must begin and end with a letter or a digit and hold only letters, digits and . _ - (as the agent's 'name' does)."
  }

  validation {
    condition     = alltrue([for cache in flatten([for host in values(var.hosts) : coalesce(host.caches, [])]) : startswith(cache.path, "/")])
    error_message = "The path of a host's cache must be absolute, as in nginx's proxy_cache_path."
  }

  validation {
    condition     = length(var.hosts) <= 2000
    error_message = "A topic has at most 2,000 subscriptions."
  }

  validation {
    condition     = length(distinct([for host in keys(var.hosts) : lower(host)])) == length(var.hosts)
    error_message = "Two hosts would have the same subscription: Service Bus takes a and A for the same letter. Rename one."
  }

  validation {
    condition     = alltrue([for id in flatten([for host in values(var.hosts) : values(host.principals)]) : can(regex("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", id))])
    error_message = "hosts.principals must be object ids (principal_id, not client_id), such as 00000000-0000-0000-0000-000000000000."
  }

  validation {
    condition     = alltrue([for host in values(var.hosts) : host.filter == null || try(length(trimspace(host.filter)) > 0 && length(host.filter) <= 1024, false)])
    error_message = "A host's filter must be 1 to 1,024 characters of SQL, such as towncrier_host = 'www.example.org'."
  }
}

variable "caches" {
  description = "Caches that go into agent_config for every host that names none of its own: path and key as nginx has them."
  type        = list(object({ path = string, key = optional(string) }))
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for cache in var.caches : startswith(cache.path, "/")])
    error_message = "A cache's path must be absolute, as in nginx's proxy_cache_path."
  }
}

variable "autoscaling" {
  description = <<-EOT
    Identities of hosts that make their own subscription (subscription: auto), by keys of your choice.
    They get Azure Service Bus Data Owner on this topic and on nothing else. narrow_role: a role made here in its place, which can
    neither send nor change the topic; whoever applies then needs Microsoft.Authorization/roleDefinitions/write on the resource group.
  EOT
  type = object({
    principals  = optional(map(string), {})
    narrow_role = optional(bool, false)
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for id in values(var.autoscaling.principals) : can(regex("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", id))])
    error_message = "autoscaling.principals must be object ids (principal_id, not client_id), such as 00000000-0000-0000-0000-000000000000."
  }
}

variable "publishers" {
  description = "Object ids of the identities that may publish to the topic, by keys of your choice; with receipts they may read those."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for id in values(var.publishers) : can(regex("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", id))])
    error_message = "publishers must be object ids (principal_id, not client_id), such as 00000000-0000-0000-0000-000000000000."
  }
}

variable "receipts" {
  description = "Make the queue that agents send receipts to, and publishers read with --wait."
  type        = bool
  default     = false
  nullable    = false
}

variable "filter" {
  description = "SQL filter of Service Bus for hosts without their own, on towncrier_command, towncrier_host or sys.Label; null: they hear everything."
  type        = string
  default     = null

  validation {
    condition     = var.filter == null || try(length(trimspace(var.filter)) > 0 && length(var.filter) <= 1024, false)
    error_message = "filter must be 1 to 1,024 characters of SQL, such as towncrier_host = 'www.example.org'."
  }
}

variable "message_ttl" {
  description = "How long a message waits for a host that is away, as Azure spells it (P4D, not PT96H: every plan would show a change). At most P14D: what is older is of no use to a cache."
  type        = string
  default     = "P4D"
  nullable    = false

  validation {
    condition     = can(regex("^P(([1-9]|1[0-3])D(T([1-9]|1[0-9]|2[0-3])H)?|14D|T(([1-9]|1[0-9]|2[0-3])H)|T(([1-9]|[1-5][0-9])M))$", var.message_ttl))
    error_message = "message_ttl must be minutes, hours, or days and hours, as Azure spells them and at most P14D: PT30M, PT12H, P4D, P1DT12H."
  }
}

variable "lock_duration_seconds" {
  description = "How long a message is hidden from others while a host applies it, 30, 60, 120 or 300. The agent renews it: this is the wait after a crash."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = contains([30, 60, 120, 300], var.lock_duration_seconds)
    error_message = "lock_duration_seconds must be 30, 60, 120 or 300."
  }
}

variable "max_delivery_count" {
  description = "Deliveries of a message before it goes to its subscription's dead-letter queue, 1 to 2,000."
  type        = number
  default     = 10
  nullable    = false

  validation {
    condition     = var.max_delivery_count >= 1 && var.max_delivery_count <= 2000 && floor(var.max_delivery_count) == var.max_delivery_count
    error_message = "max_delivery_count must be a whole number from 1 to 2000."
  }
}

variable "topic_size_gb" {
  description = "What a topic holds, all subscriptions and their dead letters together, 1 to 5. A full one refuses to be published to."
  type        = number
  default     = 5
  nullable    = false

  validation {
    condition     = contains([1, 2, 3, 4, 5], var.topic_size_gb)
    error_message = "topic_size_gb must be 1, 2, 3, 4 or 5."
  }
}

variable "network" {
  description = <<-EOT
    public: reachable from the internet, by whoever has an identity that may. ip_rules: from these addresses (CIDR) alone.
    private_endpoint: an address in this subnet; private_dns_zone_ids, of privatelink.servicebus.windows.net, let its name be found.
    Only Premium has ip_rules and private endpoints.
  EOT
  type = object({
    public   = optional(bool, true)
    ip_rules = optional(set(string), [])
    private_endpoint = optional(object({
      subnet_id            = string
      private_dns_zone_ids = optional(list(string), [])
    }))
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.namespace.sku == "Premium" || (length(var.network.ip_rules) == 0 && var.network.private_endpoint == null)
    error_message = "network.ip_rules and network.private_endpoint need namespace.sku Premium."
  }

  validation {
    condition     = var.network.public || var.network.private_endpoint != null
    error_message = "network.public = false without a private_endpoint: nobody could reach the namespace."
  }

  validation {
    condition     = var.network.public || length(var.network.ip_rules) == 0
    error_message = "network.ip_rules are about the public address: leave them out, or public on."
  }

  validation {
    condition     = alltrue([for rule in var.network.ip_rules : can(cidrhost(strcontains(rule, "/") ? rule : "${rule}/32", 0)) && !strcontains(rule, ":")])
    error_message = "network.ip_rules must be IPv4 addresses or ranges, such as 192.0.2.0/24."
  }
}

variable "customer_managed_key" {
  description = "A Key Vault key that encrypts the namespace, and the user assigned identity that may use it (get, wrapKey, unwrapKey). null: Azure's own key. Premium only, and for good: it cannot be taken away again."
  type = object({
    key_vault_key_id = string
    identity_id      = string
  })
  default = null

  validation {
    condition     = var.customer_managed_key == null || var.namespace.sku == "Premium"
    error_message = "customer_managed_key needs namespace.sku Premium."
  }

  validation {
    condition     = var.customer_managed_key == null || can(regex("^https://[^/]+/keys/[^/]+(/[^/]+)?$", var.customer_managed_key.key_vault_key_id))
    error_message = "customer_managed_key.key_vault_key_id must be a key's address, such as https://NAME.vault.azure.net/keys/KEY."
  }

  validation {
    condition     = var.customer_managed_key == null || can(regex("(?i)/providers/Microsoft.ManagedIdentity/userAssignedIdentities/[^/]+$", var.customer_managed_key.identity_id))
    error_message = "customer_managed_key.identity_id must be the id of a user assigned identity: a system assigned one is not there before the namespace is."
  }
}

variable "tags" {
  description = "Tags of everything made here that has tags. Those called towncrier-... are ours and win."
  type        = map(string)
  default     = {}
  nullable    = false
}
