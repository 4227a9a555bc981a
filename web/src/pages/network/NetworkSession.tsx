// SPDX-License-Identifier: Apache-2.0
//
// One session with a device: its steps, and everything that was said, with
// secrets masked.
import { Link } from "wouter";

import { useText } from "@/api/hooks";
import { useT } from "@/lib/messages";
import { useWord } from "@/lib/words";
import type { PageProps } from "@/routes";
import { Steps, useSession } from "@/pages/network/Steps";
import { Loaded } from "@/parts/Loaded";
import { Facts, Page, Section } from "@/parts/Page";
import { Time } from "@/parts/Time";

export default function NetworkSessionPage({ params }: PageProps) {
  const t = useT();
  const word = useWord();
  const id = Number(params.id);
  const answer = useSession(id);
  const transcript = useText("GET /network/sessions/{session}/transcript",
    { path: { session: id } }, { skip: answer.data?.state !== "ended" });

  return (
    <Loaded from={answer} lines={8}>{(data) => (
      <Page title={`${word("network.action", data.action)} #${data.id}`}
        back={{ href: `/network/devices/${data.device}?tab=sessions`,
          title: data.name }}>
        <Section title={t("network.steps")}>
          <Steps session={id} />
        </Section>
        <Section title={t("device.state_title")}>
          <Facts of={[
            [t("benchmark.device"), (
              <Link key="d" href={`/network/devices/${data.device}`}>
                {data.name}
              </Link>
            )],
            [t("runs.cause"), word("cause", data.cause)],
            [t("runs.by"), data.started_by],
            [t("network.transport"), data.transports],
            [t("runs.started"), <Time key="s" at={data.started} exact />],
            [t("runs.ended"), <Time key="e" at={data.ended} exact />],
            [t("network.change"), data.change ? (
              <Link key="c" href={`/network/changes/${data.change}`}>
                #{data.change}
              </Link>
            ) : null],
          ]} />
        </Section>
        {data.state === "ended" && (
          <Section title={t("network.transcript")}>
            <Loaded from={transcript}>{(text) => text ? (
              <pre className="hf-text" tabIndex={0}>{text}</pre>
            ) : <p className="hf-dim">{t("network.no_transcript")}</p>
            }</Loaded>
          </Section>
        )}
      </Page>
    )}</Loaded>
  );
}
