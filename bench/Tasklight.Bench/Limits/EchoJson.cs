using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tasklight.Bench.Limits;

[JsonSerializable(typeof(EchoBody))]
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
sealed partial class EchoJson : JsonSerializerContext;
