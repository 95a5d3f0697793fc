using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Tasklight.Server.Access;

namespace Tasklight.Server.Logins;

/// <summary>Seals what is kept of logins, as other secrets are.</summary>
sealed class LoginBox(ISecretBox box)
{
    public byte[] Seal(LoginTokens tokens) => Seal(tokens, LoginJson.Default.LoginTokens);

    public byte[] Seal(LoginPlan plan) => Seal(plan, LoginJson.Default.LoginPlan);

    public byte[] Seal(OAuthClient client) => Seal(client, LoginJson.Default.OAuthClient);

    public LoginTokens OpenTokens(byte[] secrets) => JsonSerializer.Deserialize(box.Open(secrets), LoginJson.Default.LoginTokens)!;

    public LoginPlan OpenPlan(byte[] secrets) => JsonSerializer.Deserialize(box.Open(secrets), LoginJson.Default.LoginPlan)!;

    public OAuthClient OpenClient(byte[] secrets) => JsonSerializer.Deserialize(box.Open(secrets), LoginJson.Default.OAuthClient)!;

    byte[] Seal<T>(T value, JsonTypeInfo<T> type) => box.Seal(JsonSerializer.SerializeToUtf8Bytes(value, type));
}
