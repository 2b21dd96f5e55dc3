// How a field tells its control the id, the describing texts and whether what it holds is wrong.
import { getContext, setContext } from 'svelte';

export type FieldContext = {
  readonly id: string;
  readonly describedBy: string | undefined;
  readonly bad: boolean;
};

const KEY = Symbol('field');

export const provideField = (context: FieldContext): FieldContext => setContext(KEY, context);
export const useField = (): FieldContext | undefined => getContext<FieldContext | undefined>(KEY);
