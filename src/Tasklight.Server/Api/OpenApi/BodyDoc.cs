namespace Tasklight.Server.Api.OpenApi;

/// <summary>Endpoint metadata: the type of the body. Unlike ASP.NET's own it says nothing about content types, because the SDK's routes take any.</summary>
sealed record BodyDoc(Type Type, bool IsOptional, string ContentType = Answers.JsonType);
