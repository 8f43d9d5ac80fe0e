using Connbeat.Commands;

return await CommandTree.InvokeAsync(args);
