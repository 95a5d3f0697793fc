using System.CommandLine;

var root = new RootCommand("Tasklight: create, watch and run tasks of AI agents.");
return await root.Parse(args).InvokeAsync();
