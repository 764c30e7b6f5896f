namespace Towncrier.Host.Warming;

/// <summary>What became of one object that a peer has and this host lacked.</summary>
internal enum WarmResult
{
    /// <summary>Its file was put where nginx looks for it.</summary>
    Placed,

    /// <summary>nginx was asked for it.</summary>
    Fetched,

    /// <summary>It is here already.</summary>
    Here,

    /// <summary>The peer has it no longer, or it has expired.</summary>
    Gone,

    /// <summary>An invalidation came meanwhile that means it.</summary>
    Invalidated,

    /// <summary>It is no whole cache file of that name.</summary>
    Invalid,

    /// <summary>It can neither be put in place nor be asked for: nginx is warm, and host or URI are not known or not served here.</summary>
    Skipped,

    NoSpace,

    /// <summary>The peer, or nginx, could not be reached or broke off.</summary>
    Failed,
}
