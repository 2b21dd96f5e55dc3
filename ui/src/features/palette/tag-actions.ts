// Tags by the keyboard: actions that ask for a word and then change the tags of every VM they are on.
import Tag from '@lucide/svelte/icons/tag';
import type { VmDto } from '../../generated/api';
import { editTexts, whom } from '../../stores/act';
import { nameOf, plan } from '../../stores/actions';
import { inventory } from '../../stores/inventory.svelte';
import type { VmsAction } from '../../stores/registry.svelte';

const rowsOf = (ids: readonly string[]): VmDto[] => ids.flatMap((id) => inventory.get(id) ?? []);
const able = (ids: readonly string[]): readonly VmDto[] => plan('edit_text', rowsOf(ids)).able;

const TAG: VmsAction = {
  on: 'vms',
  id: 'vm.tag',
  title: 'Tag…',
  icon: Tag,
  section: 'Virtual machines',
  also: 'add tag label',
  disabledReason: (ids) => plan('edit_text', rowsOf(ids)).disabledReason,
  ask: {
    question: (ids) => `Tag ${whom(able(ids))} with`,
    wrong: (tag, ids) =>
      tag !== '' && able(ids).every((vm) => vm.tags.includes(tag))
        ? 'They have this tag already.'
        : undefined,
  },
  run: (ids, tag) => {
    if (!tag) return;
    for (const vm of able(ids))
      if (!vm.tags.includes(tag)) void editTexts(vm, { tags: [...vm.tags, tag] }, { tags: vm.tags });
  },
};
const UNTAG: VmsAction = {
  on: 'vms',
  id: 'vm.untag',
  title: 'Remove tag…',
  icon: Tag,
  section: 'Virtual machines',
  disabledReason: (ids) => {
    const reason = plan('edit_text', rowsOf(ids)).disabledReason;
    return reason ?? (able(ids).some((vm) => vm.tags.length > 0) ? undefined : 'No tags');
  },
  ask: {
    question: (ids) => `Remove from ${whom(able(ids))} the tag`,
    initial: (ids) => able(ids).flatMap((vm) => vm.tags)[0] ?? '',
    wrong: (tag, ids) => {
      const there = [...new Set(able(ids).flatMap((vm) => vm.tags))];
      return there.includes(tag)
        ? undefined
        : `Tags there: ${there.map((name) => nameOf({ name })).join(', ')}.`;
    },
  },
  run: (ids, tag) => {
    for (const vm of able(ids)) {
      const tags = vm.tags.filter((other) => other !== tag);
      if (tags.length < vm.tags.length) void editTexts(vm, { tags }, { tags: vm.tags });
    }
  },
};

export const tagActions = (): VmsAction[] => [TAG, UNTAG];
