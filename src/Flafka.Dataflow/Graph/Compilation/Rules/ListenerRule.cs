namespace Flafka.Dataflow;

/// <summary>Says that a listener without an address is not reached from elsewhere. Flume: it listens on every interface, or asks for the key.</summary>
internal sealed class ListenerRule : IRule
{
    public void Check(BoundAgent agent, DiagnosticBag diagnostics)
    {
        foreach (var component in agent.All)
        {
            if (component.Options is IListener listener && component.Given(nameof(IListener.Bind)) is null)
            {
                var (path, span) = component.KeyOf(nameof(IListener.Bind));
                diagnostics.Add(
                    Codes.ListensOnLoopback, path, span, $"no address is given, so the {TypeResolver.Words(component.Definition.Id.Kind)} listens on {listener.Bind} only",
                    $"To be reached from other machines, set {path} = 0.0.0.0, which means every interface.");
            }
        }
    }
}
