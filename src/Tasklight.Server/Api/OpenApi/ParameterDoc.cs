namespace Tasklight.Server.Api.OpenApi;

/// <summary>Endpoint metadata: a query value or header that the handler reads by itself.</summary>
/// <param name="In"><c>query</c> or <c>header</c>.</param>
/// <param name="Type">The .NET type whose schema describes it.</param>
sealed record ParameterDoc(string In, string Name, Type Type, string Description);
