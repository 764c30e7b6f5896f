resource "azurerm_private_endpoint" "this" {
  count = var.network.private_endpoint == null ? 0 : 1

  name                = "${local.prefix}-servicebus"
  resource_group_name = var.resource_group_name
  location            = var.location
  subnet_id           = var.network.private_endpoint.subnet_id
  tags                = local.tags

  private_service_connection {
    name                           = "${local.prefix}-servicebus"
    private_connection_resource_id = azurerm_servicebus_namespace.this.id
    subresource_names              = ["namespace"]
    is_manual_connection           = false
  }

  dynamic "private_dns_zone_group" {
    for_each = length(var.network.private_endpoint.private_dns_zone_ids) == 0 ? [] : [var.network.private_endpoint.private_dns_zone_ids]

    content {
      name                 = "servicebus"
      private_dns_zone_ids = private_dns_zone_group.value
    }
  }
}
