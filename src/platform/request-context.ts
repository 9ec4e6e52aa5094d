import { AsyncLocalStorage } from 'node:async_hooks';

/** The one ambient value of the service: what a log line says about the request it belongs to. Nothing decides by it. */
export interface RequestContext {
  readonly requestId: string;
  /** Known once the request is authenticated. */
  tenantId?: string;
  userId?: string;
}

const storage = new AsyncLocalStorage<RequestContext>();

export const runInRequest = <T>(context: RequestContext, work: () => T): T => storage.run(context, work);

export const currentRequest = (): RequestContext | undefined => storage.getStore();
