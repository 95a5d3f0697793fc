using Tasklight.Agents.Models;
using Tasklight.Protocol;
using Tasklight.Server.Access;
using Tasklight.Server.Agents;

namespace Tasklight.Server.Api;

/// <summary>Which language models this deployment is set up for. No provider is asked, no key and no address shown.</summary>
static class ModelsApi
{
    public static void MapModels(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/agents/{agent_id}/llm_preflight", CheckAsync).WithTags("SDK: agents").RequireScope(Scope.TasksRead | Scope.Worker)
            .Describe("checkAgentModel", "Whether the agent's model is set up, and what is missing").Gives<LlmPreflight>().Fails(404);
        var group = routes.MapGroup("/v1/llm_providers").WithTags("Models").RequireScope(Scope.TasksRead);
        group.MapGet("", List).Describe("listModelProviders", "The providers of language models, with what is set up for each").Gives<Page<LlmProvider>>();
        group.MapGet("/{provider}/models", ListModels).Describe("listModels", "What is known of a provider's models").Gives<Page<LlmModel>>().Fails(404);
    }

    static async Task<IResult> CheckAsync(HttpContext context, AgentDirectory agents, AgentSecrets secrets, ModelCatalog catalog)
    {
        var id = context.Part("agent_id");
        if (await agents.FindAsync(context.Caller().Organization, id, version: null, context.RequestAborted) is not { } found)
            return Answers.NoAgent(id);

        var agent = secrets.Show(found, inClear: true);
        var readiness = catalog.Check(agent);
        var preflight = new LlmPreflight
        {
            Ok = readiness.Problem is null,
            Reason = readiness.Problem,
            Provider = NullIfEmpty(agent.ModelProvider),
            Model = NullIfEmpty(agent.ModelName),
            HasKey = readiness.HasKey,
            ContextWindow = string.IsNullOrEmpty(agent.ModelName) ? null : ModelProviders.Describe(new(agent.ModelProvider, agent.ModelName)).ContextWindow,
        };
        return Answers.Json(preflight, ProtocolJson.Default.LlmPreflight);
    }

    static IResult List(ModelCatalog catalog) => Answers.Json(
        PageOf(catalog.Providers.Select(name => (Name: name, Readiness: catalog.Check(name)))
            .Select(static provider => new LlmProvider
            {
                Name = provider.Name,
                IsConfigured = provider.Readiness.Problem is null,
                HasKey = provider.Readiness.HasKey,
                Reason = provider.Readiness.Problem,
            })),
        ProtocolJson.Default.PageLlmProvider);

    static IResult ListModels(HttpContext context, ModelCatalog catalog)
    {
        var provider = context.Part("provider").ToLowerInvariant();
        return catalog.Providers.Contains(provider, StringComparer.Ordinal)
            ? Answers.Json(PageOf(KnownModels.Of(provider).Select(static model => Shown(model.Name, model.Info))), ProtocolJson.Default.PageLlmModel)
            : Answers.Error(
                StatusCodes.Status404NotFound,
                ErrorCodes.NotFound,
                $"No model provider '{Answers.Shorten(provider)}' is known; known are {string.Join(", ", catalog.Providers)}. Any other one needs {ModelSettings.AddressSettingOf(Answers.Shorten(provider))}.");
    }

    static LlmModel Shown(string name, ModelInfo info) => new() { Name = name, ContextWindow = info.ContextWindow, MaxOutput = info.MaxOutput, Reasons = info.Reasons };

    static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    static Page<T> PageOf<T>(IEnumerable<T> all)
    {
        var items = all.ToList();
        return new() { Items = items, Total = items.Count, Number = 1, PerPage = items.Count, TotalPages = 1 };
    }
}
