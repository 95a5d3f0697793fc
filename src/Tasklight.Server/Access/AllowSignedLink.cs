namespace Tasklight.Server.Access;

/// <summary>Endpoint metadata: a request with a <c>signature</c> in its query needs no key; the handler checks the signature.</summary>
sealed record AllowSignedLink;
