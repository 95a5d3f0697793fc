using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Tasklight.Server.Api.OpenApi;

/// <summary>Adds to ASP.NET's description of each route what our handlers read by themselves: bodies, query values, headers, parts of the path.</summary>
sealed class DocumentedRoutes : IApiDescriptionProvider
{
    static readonly EmptyModelMetadataProvider Metadata = new();

    // Behind the framework's own provider for endpoints.
    public int Order => 0;

    public void OnProvidersExecuting(ApiDescriptionProviderContext context)
    {
        // HEAD is GET without the body; it would be a second operation of the same name.
        foreach (var head in context.Results.Where(static description => description.HttpMethod == HttpMethods.Head).ToList())
        {
            context.Results.Remove(head);
        }

        foreach (var description in context.Results)
        {
            AddPathParts(description);
            AddParameters(description);
            AddBody(description);
        }
    }

    public void OnProvidersExecuted(ApiDescriptionProviderContext context)
    {
        // Everything is done before.
    }

    static void AddPathParts(ApiDescription description)
    {
        foreach (var part in RoutePatternFactory.Parse(description.RelativePath ?? "").Parameters)
        {
            if (!description.ParameterDescriptions.Any(known => known.Source == BindingSource.Path && known.Name == part.Name))
            {
                description.ParameterDescriptions.Add(Parameter(part.Name, BindingSource.Path, typeof(string), isRequired: true));
            }
        }
    }

    static void AddParameters(ApiDescription description)
    {
        foreach (var doc in description.ActionDescriptor.EndpointMetadata.OfType<ParameterDoc>())
        {
            var source = doc.In == "header" ? BindingSource.Header : BindingSource.Query;
            description.ParameterDescriptions.Add(Parameter(doc.Name, source, doc.Type, isRequired: false));
        }
    }

    static void AddBody(ApiDescription description)
    {
        if (description.ActionDescriptor.EndpointMetadata.OfType<BodyDoc>().LastOrDefault() is not { } body)
        {
            return;
        }

        description.ParameterDescriptions.Add(Parameter("body", BindingSource.Body, body.Type, !body.IsOptional));
        description.SupportedRequestFormats.Clear();
        description.SupportedRequestFormats.Add(new ApiRequestFormat { MediaType = body.ContentType });
    }

    static ApiParameterDescription Parameter(string name, BindingSource source, Type type, bool isRequired) => new()
    {
        Name = name,
        Source = source,
        Type = type,
        IsRequired = isRequired,
        ModelMetadata = Metadata.GetMetadataForType(type),
    };
}
