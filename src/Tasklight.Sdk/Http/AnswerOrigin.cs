namespace Tasklight.Sdk.Http;

/// <summary>Whose words an answer is, as far as it shows.</summary>
internal enum AnswerOrigin
{
    /// <summary>The server's: a failure with a <c>detail</c>, or whatever is none.</summary>
    Server,

    /// <summary>
    /// A JSON object without <c>detail</c>. The contract recommends that word and does not demand it, so a server of the contract may speak so (<c>{"error": …}</c>);
    /// so do gateways (<c>{"message": "no Route matched with those values"}</c>).
    /// </summary>
    Unknown,

    /// <summary>A page, plain text, nothing: what proxies answer, and no server of the contract.</summary>
    SomebodyElse,
}
