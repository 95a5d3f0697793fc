using System.Text.Json.Serialization;
using Tasklight.Server.Logins.Documents;

namespace Tasklight.Server.Logins;

/// <summary>Documents of authorization servers, and what is sealed of a login.</summary>
// Some servers write numbers as text.
[JsonSourceGenerationOptions(NumberHandling = JsonNumberHandling.AllowReadingFromString, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProtectedResource))]
[JsonSerializable(typeof(AuthorizationServer))]
[JsonSerializable(typeof(RegistrationRequest))]
[JsonSerializable(typeof(Registration))]
[JsonSerializable(typeof(TokenAnswer))]
[JsonSerializable(typeof(LoginTokens))]
[JsonSerializable(typeof(LoginPlan))]
[JsonSerializable(typeof(OAuthClient))]
sealed partial class LoginJson : JsonSerializerContext;
