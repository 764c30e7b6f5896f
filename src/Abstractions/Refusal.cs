namespace Towncrier;

/// <summary>Why a message is not applied; the name is the metric's label.</summary>
public enum RefusalReason
{
    Malformed,
    Oversized,
    UnknownCommand,
    InvalidValue,
    Expired,
    NotAllowed,

    /// <summary>The receiver wants a signature, and there is none.</summary>
    MissingSignature,

    /// <summary>The signature is not of a known key, or not of this message.</summary>
    BadSignature,
}

/// <summary>A refusal and the words that tell its sender what to change.</summary>
public readonly record struct Refusal(RefusalReason Reason, string Message);
