using System.Collections.Immutable;

namespace Flafka.Dataflow.Web;

/// <summary>Makes events of the requests that an <c>http</c> source gets. Pure: no I/O, no waiting. Called by many threads at a time.</summary>
public interface IHttpHandler
{
    /// <summary>The events of one request, in order; they become one batch.</summary>
    /// <exception cref="BadRequestException">The request is malformed; the client gets 400. After any other exception it gets 500.</exception>
    ImmutableArray<FlumeEvent> Read(HttpHandlerRequest request);
}
