using Microsoft.Extensions.AI;
using Tasklight.Agents.Models;
using Tasklight.Agents.Tools;
using Tasklight.Sdk;

namespace Tasklight.Agents.Runtime;

/// <summary>How the runtime works. Every setting has a working default.</summary>
public sealed class AgentRuntimeOptions
{
    /// <summary>
    /// Opens the model of a run; by the operator's settings in the environment unless set, at addresses that agents name only as far as
    /// <see cref="Access"/> allows.
    /// </summary>
    public Func<ModelChoice, IChatClient> OpenModel
    {
        get => field ??= new ModelProviders(ModelSettings.FromEnvironment, access: Access).Open;
        set;
    }

    /// <summary>
    /// Makes further sources of tools for a run, given the agent and the task; none unless set. What an agent's definition names itself is always
    /// there.
    /// </summary>
    public IList<Func<AgentContext, AgentTask, IToolSource>> Tools { get; } = [];

    /// <summary>What the tools and models of definitions and tasks may reach: no programs and public addresses only, unless set.</summary>
    public ToolAccess Access { get; set; } = new();

    /// <summary>The HTTP client for what is fetched of the agent; the SDK's own, shared by the process, when null.</summary>
    public HttpClient? Http { get; set; }

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; set; } = TimeProvider.System;
}
