import { useGraphiQL } from '@graphiql/react';
import { useEffect } from 'react';

/** Stands where GraphiQL has its logo. The page can be used from when all four editors are there: what is pressed before is lost. */
export function Ready() {
  const isReady = useGraphiQL(({ queryEditor, variableEditor, headerEditor, responseEditor }) =>
    [queryEditor, variableEditor, headerEditor, responseEditor].every((editor) => editor !== undefined),
  );
  useEffect(() => {
    document.getElementById('explorer')?.toggleAttribute('inert', !isReady);
  }, [isReady]);
  return <span>GraphiQL</span>;
}
