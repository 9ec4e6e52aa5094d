import type { Type } from '@nestjs/common';
import { ArgsType, Field, Int } from '@nestjs/graphql';
import { AfterCursor, PageSize } from './input-rules';

/** Where a page starts and how long it is. */
export interface PageArgs {
  first: number;
  after?: string | null;
}

/** The paging arguments of a connection whose pages have `size` entries unless told. */
export function pageArgs(size: number): Type<PageArgs> {
  @ArgsType()
  class SizedPageArgs implements PageArgs {
    @Field(() => Int, { defaultValue: size, description: 'How many entries, 1 to 100.' })
    @PageSize()
    first!: number;

    @Field(() => String, { nullable: true, description: 'Start after this cursor.' })
    @AfterCursor()
    after?: string | null;
  }
  return SizedPageArgs;
}
