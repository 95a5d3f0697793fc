using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Tasklight.Sdk;

namespace Tasklight.Agents.Tools;

/// <summary>.NET functions as tools. One object may serve any number of runs.</summary>
public sealed class FunctionTools : IToolSource
{
    private readonly IReadOnlyList<FunctionTool> _tools;

    private FunctionTools(IReadOnlyList<FunctionTool> tools) => _tools = tools;

    /// <summary>Functions that were made elsewhere; one that is an <see cref="ApprovalRequiredAIFunction"/> waits for a person.</summary>
    public static FunctionTools Of(params IEnumerable<AIFunction> functions)
    {
        ArgumentNullException.ThrowIfNull(functions);
        return new([.. functions.Select(function => new FunctionTool(function, timeout: null, function is ApprovalRequiredAIFunction))]);
    }

    /// <summary>One delegate as a tool.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it does, for the model.</param>
    /// <param name="function">The delegate; its parameters become the arguments, one of type <see cref="AgentTask"/> or <see cref="CancellationToken"/> is filled in.</param>
    /// <param name="requiresApproval">A person approves each call.</param>
    public static FunctionTools Of(string name, string description, Delegate function, bool requiresApproval = false)
    {
        ArgumentNullException.ThrowIfNull(function);
        return new([new FunctionTool(AIFunctionFactory.Create(function, Options(name, description)), timeout: null, requiresApproval)]);
    }

    /// <summary>All methods of an object, public or not, that have a <see cref="ToolAttribute"/>.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static FunctionTools Of(object target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return Of(target.GetType(), target);
    }

    /// <summary>All static methods of a type that have a <see cref="ToolAttribute"/>.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static FunctionTools Of<T>() => Of(typeof(T), target: null);

    /// <summary>Puts several together.</summary>
    public static FunctionTools Join(params IEnumerable<FunctionTools> parts) => new([.. parts.SelectMany(part => part._tools)]);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<RuntimeTool>> OpenAsync(AgentContext context, AgentTask task, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(task);
        return ValueTask.FromResult<IReadOnlyList<RuntimeTool>>(task.PayloadExtension is null ? _tools : [.. _tools.Select(tool => tool.With(TaskExtension.Of(task)))]);
    }

    /// <summary>Nothing: functions hold nothing of a run.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static FunctionTools Of(Type type, object? target)
    {
        const BindingFlags Any = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;
        var tools = type.GetMethods(Any)
            .Where(method => target is not null || method.IsStatic)
            .Select(method => (Method: method, Tool: method.GetCustomAttribute<ToolAttribute>()))
            .Where(found => found.Tool is not null)
            .Select(found => ToolOf(found.Method, found.Tool!, target))
            .ToList();
        return tools.Count > 0
            ? new FunctionTools(tools)
            : throw new ArgumentException($"{type.Name} has no {(target is null ? "static " : "")}method with [Tool(\"what it does\")].", nameof(type));
    }

    private static FunctionTool ToolOf(MethodInfo method, ToolAttribute tool, object? target)
    {
        var function = AIFunctionFactory.Create(method, method.IsStatic ? null : target, Options(tool.Name ?? NameOf(method), tool.Description));
        return new FunctionTool(function, tool.TimeoutSeconds > 0 ? TimeSpan.FromSeconds(tool.TimeoutSeconds) : null, tool.RequiresApproval);
    }

    private static string NameOf(MethodInfo method)
    {
        const string Suffix = "Async";
        var name = method.Name.EndsWith(Suffix, StringComparison.Ordinal) && method.Name.Length > Suffix.Length ? method.Name[..^Suffix.Length] : method.Name;
        return JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
    }

    private static AIFunctionFactoryOptions Options(string name, string description) => new()
    {
        Name = name,
        Description = description,
        ExcludeResultSchema = true,
        // An outcome is the runtime's own and not JSON for the model.
        MarshalResult = static (result, type, ct) => ValueTask.FromResult(result),
        ConfigureParameterBinding = parameter => parameter.ParameterType == typeof(AgentTask)
            ? new() { BindParameter = static (_, arguments) => FunctionTool.TaskOf(arguments), ExcludeFromSchema = true }
            : default,
    };
}
