using Connbeat.Commands;
using Connbeat.Linux;
using Connbeat.Linux.ProcFs;

if (LibC.HasChangedUser())
{
    Console.Error.WriteLine("Exiting: connbeat is not made to be set-user-ID or set-group-ID; take that from the file: chmod ug-s");
    return 1;
}

try
{
    LentRights.Withhold();
}
catch (KernelException failure)
{
    Console.Error.WriteLine($"Exiting: the rights of the file can't be kept from those of its user: {failure.Message}");
    return 1;
}

return await CommandTree.InvokeAsync(args);
