using System.Security.Cryptography;
using System.Text;

namespace Towncrier.Providers.AzureServiceBus.Subscriptions;

/// <summary>The names of the subscriptions that agents make: <c>FLEET-HOST</c>. Pure.</summary>
internal static class SubscriptionName
{
    private const int HashLength = 10;

    /// <summary>
    /// A name of more than 50 characters, or one that ends with none Service Bus takes there, is cut and ends with a hash of the
    /// whole. Names that differ in case alone come to one: the subscription tells whose it is.
    /// </summary>
    public static string Of(string fleet, string host)
    {
        var name = $"{fleet}-{host}";
        if (name.Length <= EntityNames.MostOfSubscription && EntityNames.ProblemOfSubscription(name) is null) return name;
        var kept = new string([.. name.Where(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_')]);
        if (kept.Length > EntityNames.MostOfSubscription - HashLength - 1) kept = kept[..(EntityNames.MostOfSubscription - HashLength - 1)];
        return $"{kept}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{fleet}\n{host}")))[..HashLength]}";
    }
}
