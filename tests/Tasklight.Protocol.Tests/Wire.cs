using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Tasklight.Protocol.Tests;

/// <summary>Reads and writes as the platform does, from and to strings.</summary>
internal static class Wire
{
    public static T Read<T>(string json, JsonTypeInfo<T> type) => JsonSerializer.Deserialize(json, type)!;

    public static string Write<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.Serialize(value, type);

    public static WireResult<T> Parse<T>(string json, JsonTypeInfo<T> type) => WireReader.Parse(Encoding.UTF8.GetBytes(json), type);

    public static TaskPatch Patch(string json) => TaskPatch.Parse(Encoding.UTF8.GetBytes(json));
}
