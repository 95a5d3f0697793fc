using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tasklight.Agents.Runtime;

[JsonSerializable(typeof(Dictionary<string, JsonElement>))]
internal sealed partial class ToolTellingJson : JsonSerializerContext;
