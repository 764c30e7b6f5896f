using System.Reflection;

namespace Towncrier.Host;

/// <summary>This build's version, as in Directory.Build.props.</summary>
internal static class ProductVersion
{
    public static string Text { get; } = typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
        .InformationalVersion.Split('+')[0];
}
