using Tasklight.Server.Hosting;

namespace Tasklight.Server.Files;

static class FilesServiceCollectionExtensions
{
    public static IServiceCollection AddTasklightFiles(this IServiceCollection services, TasklightOptions options) => services
        .AddSingleton(options.Files).AddSingleton<FileLinks>().AddSingleton<FileStore>().AddSingleton<UploadReplays>().AddStartupStep<FileSweeper>();
}
