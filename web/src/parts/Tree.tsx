// SPDX-License-Identifier: Apache-2.0
//
// Criteria as the content has them (K-CAT-5), and the same with the facts
// that decided them on a device.
import { useT } from "@/lib/messages";
import { useWord } from "@/lib/words";
import { Icon, type IconName } from "@/parts/icons";

/** A node of the server's trees: /definition and /definition/explain. */
export interface TreeNode {
  type?: string;
  negate?: boolean;
  words?: string;
  comment?: string;
  title?: string;
  id?: string | null;
  kind?: string;
  looks_for?: string;
  wants?: string[];
  result?: string;
  mark?: string;
  decides?: boolean;
  criteria?: TreeNode | null;
  children?: TreeNode[];
  lines?: { mark: string; label: string; text: string }[];
}

const marks: { [mark: string]: { icon: IconName; mood: string } } = {
  yes: { icon: "good", mood: "yes" },
  no: { icon: "bad", mood: "no" },
  unsure: { icon: "unknown", mood: "unknown" },
  error: { icon: "warn", mood: "warn" },
};

function Mark({ of, result }: { of?: string; result?: string }) {
  const word = useWord();
  const mark = marks[of ?? ""];
  if (!mark) return null;
  return (
    <span className="hf-tree-mark" data-mood={mark.mood}>
      <Icon name={mark.icon} size={15} />
      <span className="hf-hidden">{word("result", result ?? of ?? "")}: </span>
    </span>
  );
}

function headOf(node: TreeNode): string {
  return node.comment || node.title || node.words || node.id || "";
}

function Node({ node, depth }: { node: TreeNode; depth: number }) {
  const t = useT();
  const word = useWord();
  const children = [
    ...(node.children ?? []), ...(node.criteria?.children ?? [])];
  const words = node.words || node.criteria?.words || "";
  const head = headOf(node);
  const inner = (
    <>
      <Mark of={node.mark} result={node.result} />
      <span data-decides={node.decides || undefined}>
        {node.negate && <em>{t("tree.not")} </em>}
        {head === words ? word("tree", words) : head}
      </span>
      {children.length > 1 && words && head !== words && (
        <span className="hf-dim"> – {word("tree", words)}</span>
      )}
      {node.kind && <code className="hf-tree-kind">{node.kind}</code>}
    </>
  );
  const facts = (
    <>
      {node.looks_for && (
        <div className="hf-tree-line">
          <span className="hf-dim">{t("tree.looks_for")}</span>{" "}
          <code>{node.looks_for}</code>
        </div>
      )}
      {(node.wants ?? []).map((one) => (
        <div key={one} className="hf-tree-line">
          <span className="hf-dim">{t("tree.wants")}</span>{" "}
          <code>{one}</code>
        </div>
      ))}
      {(node.lines ?? []).map((line, i) => (
        <div key={i} className="hf-tree-line">
          <Mark of={line.mark} />
          <span className="hf-dim">{word("tree", line.label)}</span>{" "}
          <code>{line.text}</code>
        </div>
      ))}
    </>
  );

  if (children.length === 0) return <li>{inner}{facts}</li>;
  return (
    <li>
      <details open={depth < 6}>
        <summary>{inner}</summary>
        {facts}
        <ul>
          {children.map((one, i) => (
            <Node key={i} node={one} depth={depth + 1} />
          ))}
        </ul>
      </details>
    </li>
  );
}

export function Tree({ root, label }: { root: TreeNode; label: string }) {
  const alone = !root.comment && !root.words && !root.id;
  const nodes = alone ? root.children ?? [] : [root];

  return (
    <ul className="hf-tree" aria-label={label}>
      {nodes.map((one, i) => <Node key={i} node={one} depth={0} />)}
    </ul>
  );
}
