namespace Towncrier.Agent.Nginx;

/// <summary>What one piece of a <c>proxy_cache_key</c> stands for.</summary>
internal enum KeyTokenKind
{
    Literal,
    Scheme,
    Method,

    /// <summary>The public host: $host, $http_host, $server_name.</summary>
    Host,

    /// <summary>The upstream's name: $proxy_host. Says nothing of the public host.</summary>
    Upstream,

    /// <summary>$request_uri: path and query as the client sent them.</summary>
    RawUri,

    /// <summary>$uri or $document_uri: the path, decoded and normalised, without the query.</summary>
    DecodedUri,

    /// <summary>$is_args: a question mark when there is a query.</summary>
    IsArgs,

    /// <summary>$args or $query_string.</summary>
    Args,

    /// <summary>Any other variable: a cookie, a device class, ...</summary>
    Other,
}

/// <param name="Text">The literal's bytes, or the variable's name.</param>
internal readonly record struct KeyToken(KeyTokenKind Kind, byte[] Text)
{
    public bool IsUri => Kind is KeyTokenKind.RawUri or KeyTokenKind.DecodedUri;

    public bool IsQuestionMark => Kind == KeyTokenKind.Literal && Text is [(byte)'?'];

    /// <summary>Belongs to the URL when it follows the path.</summary>
    public bool ContinuesUri => Kind is KeyTokenKind.IsArgs or KeyTokenKind.Args;

    public static KeyTokenKind KindOf(string variable) => variable switch
    {
        "scheme" => KeyTokenKind.Scheme,
        "request_method" => KeyTokenKind.Method,
        "host" or "http_host" or "server_name" => KeyTokenKind.Host,
        "proxy_host" => KeyTokenKind.Upstream,
        "request_uri" => KeyTokenKind.RawUri,
        "uri" or "document_uri" => KeyTokenKind.DecodedUri,
        "is_args" => KeyTokenKind.IsArgs,
        "args" or "query_string" => KeyTokenKind.Args,
        _ => KeyTokenKind.Other,
    };
}
